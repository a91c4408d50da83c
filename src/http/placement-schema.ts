import Joi from 'joi';
import { mostConstraintCharacters, parseConstraint } from '../model/constraint.ts';
import { isSatsumaError } from '../model/errors.ts';
import { couldExplode } from '../model/expression/could-explode.ts';
import { idSchema } from './validation.ts';

/** What engines have and images take, by name; whole numbers, so that sums are exact. */
export const resourcesSchema = Joi.object()
  .pattern(idSchema, Joi.number().integer().min(0).max(1_000_000_000))
  .max(32)
  .messages({ 'object.unknown': '{{#label}} must have names of letters, digits, "_", "." and "-"' });

export const constraintsSchema = Joi.array()
  .items(Joi.string().max(mostConstraintCharacters).custom(refuseBadConstraint))
  .max(32)
  .unique()
  .messages({ 'constraint.bad': '{{#label}} is no constraint: {{#reason}}' });

export const spreadSchema = Joi.string()
  .max(128)
  .pattern(/^[a-zA-Z0-9_][a-zA-Z0-9_./-]*$/)
  .messages({ 'string.pattern.base': '{{#label}} must be the key of an engine label, like zone, or "engine"' });

export const devicesSchema = Joi.array()
  .items(
    Joi.string()
      .max(1024)
      .pattern(/^\/[^:\0]+(:\/[^:\0]+)?(:(?![rwm]*([rwm])[rwm]*\3)[rwm]{1,3})?$/)
      .messages({ 'string.pattern.base': '{{#label}} must be like /dev/ttyUSB0 or /dev/ttyUSB0:/dev/modem:rw' }),
  )
  .max(64)
  .unique();

const gpuId = Joi.string()
  .max(128)
  .pattern(/^[a-zA-Z0-9][a-zA-Z0-9:_.-]*$/);

/** As `docker run --gpus`. */
export const gpusSchema = Joi.alternatives(
  Joi.string().valid('all'),
  Joi.number().integer().min(1).max(1024),
  Joi.array().items(gpuId).min(1).max(64).unique(),
).messages({
  'alternatives.types': '{{#label}} must be "all", a number, or a list of ids',
  'alternatives.match': '{{#label}} must be "all", a number from 1, or a list of ids',
});

function refuseBadConstraint(text: string, helpers: Joi.CustomHelpers): unknown {
  const reason = faultOf(text);
  return reason === undefined ? text : helpers.error('constraint.bad', { reason });
}

function faultOf(text: string): string | undefined {
  try {
    const { pattern } = parseConstraint(text);
    if (pattern.kind !== 'expression' || !couldExplode(pattern.source)) return undefined;
    return 'the regular expression could take exponential time, for a part that repeats can read the same in two ways';
  } catch (error) {
    if (isSatsumaError(error)) return error.message;
    throw error;
  }
}
