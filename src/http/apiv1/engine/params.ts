import Joi from 'joi';
import { idSchema, strictValidation } from '../../validation.ts';

export const engineParams = { ...strictValidation, params: Joi.object({ id: idSchema }) };

export interface EngineParams {
  readonly Params: { readonly id: string };
}
