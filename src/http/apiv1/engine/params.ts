import Joi from 'joi';
import { idSchema, strictly } from '../../validation.ts';

export const engineParams = { ...strictly, params: Joi.object({ id: idSchema }) };

export interface EngineParams {
  readonly Params: { readonly id: string };
}
