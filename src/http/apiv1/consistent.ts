import Joi from 'joi';
import { flagSchema, strictValidation } from '../validation.ts';

/** `?consistent=true`: asks the engines before the answer, instead of using the cache. */
export const consistentQuery = { ...strictValidation, query: Joi.object({ consistent: flagSchema.default(false) }) };

export interface ConsistentQuery {
  readonly Query: { readonly consistent: boolean };
}
