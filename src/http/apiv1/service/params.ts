import Joi from 'joi';
import { idSchema, strictly } from '../../validation.ts';

export const serviceParams = { ...strictly, params: Joi.object({ name: idSchema }) };

export interface ServiceParams {
  readonly Params: { readonly name: string };
}
