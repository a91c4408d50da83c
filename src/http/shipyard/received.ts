import type Joi from 'joi';
import { SatsumaError } from '../../model/errors.ts';
import { check, sentenceOf } from '../validation.ts';

/** Validates a payload. Throws `invalid`. */
export function received<T>(schema: Joi.Schema<T>, payload: unknown): T {
  const checked = check(schema, payload);
  if ('value' in checked) return checked.value;
  throw new SatsumaError('invalid', sentenceOf(checked.problems));
}

/** Drops null values, which Go clients send for absent ones. */
export function fieldsOf(payload: unknown): Readonly<Record<string, unknown>> {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return {};
  return Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== null));
}
