import Joi from 'joi';
import { idSchema, strictValidation } from '../../validation.ts';

export const jobParams = { ...strictValidation, params: Joi.object({ name: idSchema }) };

export interface JobParams {
  readonly Params: { readonly name: string };
}

const number = Joi.number().integer().min(1).prefs({ convert: true });

export const runParams = { ...strictValidation, params: Joi.object({ name: idSchema, run: number }) };

export interface RunParams {
  readonly Params: { readonly name: string; readonly run: number };
}
