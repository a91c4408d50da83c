import Joi from 'joi';
import { type Constraint, maxConstraintCharacters, parseConstraint } from '../model/constraint.ts';
import { isSatsumaError, type SatsumaError } from '../model/errors.ts';
import type { GpuRequest } from '../model/image-config.ts';
import { idSchema } from './validation.ts';

/** Maximum total size of the regular expressions in a list of constraints. */
const maxSizeTogether = 2000;
const maxConstraints = 512;
/** Maximum number of constraints that have to be evaluated for each engine; others use an index. */
const maxSearching = 32;
export const tooMuchSearching = `has more than ${maxSearching} that have a pattern or are about containers, or about what a project runs`;

/** Operator-defined resources of engines and images, by name. Integers, so that sums are exact. */
export const resourcesSchema = Joi.object()
  .pattern(idSchema, Joi.number().integer().min(0).max(1_000_000_000))
  .max(32)
  .messages({ 'object.unknown': '{{#label}} must have names of letters, digits, "_", "." and "-"' });

export const constraintsSchema = Joi.array()
  .items(Joi.string().max(maxConstraintCharacters).custom(refuseBadConstraint))
  .max(maxConstraints)
  .unique()
  .custom(refuseSearching)
  .custom(refuseLargeExpressions)
  .messages({
    'constraints.searching': `{{#label}} ${tooMuchSearching}`,
    'constraint.bad': '{{#label}} is not a valid constraint: {{#reason}}',
    'constraints.large': '{{#label}} has regular expressions that are too large together',
  });

export const spreadSchema = Joi.string()
  .max(128)
  .pattern(/^[a-zA-Z0-9_][a-zA-Z0-9_./-]*$/)
  .messages({ 'string.pattern.base': '{{#label}} must be the key of an engine label, like zone, or "engine"' });

const devicePath = /^\/[^:\0]+(:\/[^:\0]+)?(:(?![rwm]*([rwm])[rwm]*\3)[rwm]{1,3})?$/;
/** In the Container Device Interface. */
export const cdiName = /^[a-zA-Z][a-zA-Z0-9_.-]*\/[a-zA-Z][a-zA-Z0-9_-]*=[a-zA-Z0-9][a-zA-Z0-9_.:-]*$/;

export const devicesSchema = Joi.array()
  .items(
    Joi.string()
      .max(1024)
      .pattern(new RegExp(`${devicePath.source}|${cdiName.source}`))
      .messages({
        'string.pattern.base':
          '{{#label}} must be like /dev/ttyUSB0, /dev/ttyUSB0:/dev/modem:rw or vendor.example/class=name',
      }),
  )
  .max(64)
  .unique();

const gpuId = Joi.string()
  .max(128)
  .pattern(/^[a-zA-Z0-9][a-zA-Z0-9:_.-]*$/);

const gpuIds = Joi.array().items(gpuId).min(1).max(64).unique();
const word = Joi.string().max(256);

const gpuRequestKeys: Record<keyof GpuRequest, Joi.Schema> = {
  driver: word,
  count: Joi.alternatives(Joi.valid('all'), Joi.number().integer().min(1).max(1024)),
  device_ids: gpuIds,
  capabilities: Joi.array().items(word).max(64),
  options: Joi.object().pattern(word, Joi.string().allow('').max(1024)),
};

/** Like `docker run --gpus`. */
export const gpusSchema = Joi.alternatives(
  Joi.string().valid('all'),
  Joi.number().integer().min(1).max(1024),
  gpuIds,
  Joi.object(gpuRequestKeys).min(1).oxor('count', 'device_ids'),
).messages({
  'alternatives.types': '{{#label}} must be "all", a number, a list of ids, or an object',
  'alternatives.match':
    '{{#label}} must be "all", a number from 1, a list of ids, or an object with driver, count or device_ids, capabilities and options',
});

function refuseBadConstraint(text: string, helpers: Joi.CustomHelpers): unknown {
  const constraint = readConstraint(text);
  return isSatsumaError(constraint) ? helpers.error('constraint.bad', { reason: constraint.message }) : text;
}

function refuseSearching(texts: readonly string[], helpers: Joi.CustomHelpers): unknown {
  return searchTooMuch(texts) ? helpers.error('constraints.searching') : texts;
}

/** Whether more constraints than are allowed look at each engine that may fit. */
export function searchTooMuch(texts: readonly string[]): boolean {
  const searching = texts
    .map(readConstraint)
    .filter((constraint) => !isSatsumaError(constraint) && isSearching(constraint));
  return searching.length > maxSearching;
}

function isSearching({ subject, pattern, project }: Constraint): boolean {
  return pattern.kind !== 'literal' || subject === 'container' || project !== undefined;
}

function refuseLargeExpressions(texts: readonly string[], helpers: Joi.CustomHelpers): unknown {
  const size = texts.map(readConstraint).reduce((sum, each) => sum + expressionSizeOf(each), 0);
  return size > maxSizeTogether ? helpers.error('constraints.large') : texts;
}

function readConstraint(text: string): Constraint | SatsumaError {
  try {
    return parseConstraint(text);
  } catch (error) {
    if (isSatsumaError(error)) return error;
    throw error;
  }
}

function expressionSizeOf(constraint: Constraint | SatsumaError): number {
  return 'pattern' in constraint && constraint.pattern.kind === 'expression' ? constraint.pattern.expression.size : 0;
}

export const replicasSchema = Joi.number().integer().min(0).max(10_000);

/** Of a service. */
export const serviceReplicasSchema = Joi.alternatives(replicasSchema, Joi.string().valid('global')).messages({
  'alternatives.types': '{{#label}} must be a number or "global"',
  'alternatives.match': '{{#label}} must be a whole number from 0 to 10000, or "global"',
});
