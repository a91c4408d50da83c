import type Joi from 'joi';
import { SatsumaError } from '../../model/errors.ts';
import { strictly } from '../validation.ts';

/** What was sent, as the schema understands it. Throws `invalid` in the connector's words, and with what is wrong. */
export function received<T>(schema: Joi.Schema<T>, payload: unknown): T {
  if (isNothing(payload)) throw new SatsumaError('invalid', 'No data received');
  const { value, error } = schema.validate(payload, strictly.options);
  if (!error) return value;
  const isMissing = error.details.some(({ type }) => type === 'any.required');
  throw new SatsumaError('invalid', `${isMissing ? 'Missing parameter: ' : ''}${sentenceOf(error)}`);
}

export function sentenceOf({ details }: Joi.ValidationError): string {
  return details.map(({ message }) => message).join('; ');
}

/** As Python has it: an object without a field is nothing too. */
function isNothing(payload: unknown): boolean {
  return !payload || (typeof payload === 'object' && Object.keys(payload).length === 0);
}
