import Joi from 'joi';
import { idSchema, strictValidation } from '../../validation.ts';

export const imageParams = { ...strictValidation, params: Joi.object({ name: idSchema }) };

export interface ImageParams {
  readonly Params: { readonly name: string };
}

export const versionSchema = Joi.number().integer().min(1).max(999_999_999);
