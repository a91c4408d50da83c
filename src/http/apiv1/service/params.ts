import Joi from 'joi';
import { idSchema, strictValidation } from '../../validation.ts';

export const serviceParams = { ...strictValidation, params: Joi.object({ name: idSchema }) };

export interface ServiceParams {
  readonly Params: { readonly name: string };
}
