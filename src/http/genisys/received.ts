import type Joi from 'joi';
import { SatsumaError } from '../../model/errors.ts';
import { check, sentenceOf } from '../validation.ts';

/** What was sent, as the schema understands it. Throws `invalid` in the connector's words, and with what is wrong. */
export function received<T>(schema: Joi.Schema<T>, payload: unknown): T {
  if (isNothing(payload)) throw new SatsumaError('invalid', 'No data received');
  const checked = check(schema, payload);
  if ('value' in checked) return checked.value;
  const isMissing = checked.problems.some(({ type }) => type === 'any.required');
  throw new SatsumaError('invalid', `${isMissing ? 'Missing parameter: ' : ''}${sentenceOf(checked.problems)}`);
}

/** As Python has it: an object without a field is nothing too. */
function isNothing(payload: unknown): boolean {
  return !payload || (typeof payload === 'object' && Object.keys(payload).length === 0);
}
