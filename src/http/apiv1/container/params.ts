import Joi from 'joi';
import { idSchema, strictValidation } from '../../validation.ts';

/** A full id, a prefix of one, or a name with or without Docker's leading slash. */
export const containerSchema = Joi.string()
  .pattern(/^\/?[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/)
  .messages({ 'string.pattern.base': '{{#label}} must be a container id, a prefix of one, or a name' });

export const containerParams = { ...strictValidation, params: Joi.object({ container: containerSchema }) };

export interface ContainerParams {
  readonly Params: { readonly container: string };
}

export const containerOnEngineParams = {
  ...strictValidation,
  params: Joi.object({ engine: idSchema, container: containerSchema }),
};

export interface ContainerOnEngineParams {
  readonly Params: { readonly engine: string; readonly container: string };
}
