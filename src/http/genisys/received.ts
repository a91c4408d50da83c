import type Joi from 'joi';
import { SatsumaError } from '../../model/errors.ts';
import { check, sentenceOf } from '../validation.ts';

/** Validates a payload. Throws `invalid` with the connector's original message, and the details. */
export function received<T>(schema: Joi.Schema<T>, payload: unknown): T {
  if (isNothing(payload)) throw new SatsumaError('invalid', 'No data received');
  const checked = check(schema, payload);
  if ('value' in checked) return checked.value;
  const isMissing = checked.problems.some(({ type }) => type === 'any.required');
  throw new SatsumaError('invalid', `${isMissing ? 'Missing parameter: ' : ''}${sentenceOf(checked.problems)}`);
}

/** Falsy in Python: an object without fields counts as nothing, too. */
function isNothing(payload: unknown): boolean {
  return !payload || (typeof payload === 'object' && Object.keys(payload).length === 0);
}
