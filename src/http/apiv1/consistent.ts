import Joi from 'joi';
import { flagSchema, strictValidation } from '../validation.ts';

/** `?consistent=true`: the engines are asked anew before the answer, instead of telling what was last seen. */
export const consistentQuery = { ...strictValidation, query: Joi.object({ consistent: flagSchema.default(false) }) };

export interface ConsistentQuery {
  readonly Query: { readonly consistent: boolean };
}
