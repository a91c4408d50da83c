import Joi from 'joi';
import { engineIntents } from '../api/engine.ts';
import { resourcesSchema } from './placement-schema.ts';
import { idSchema } from './validation.ts';

export const labelsSchema = Joi.array().items(Joi.string().max(128)).max(128).unique();

const cpus = Joi.number().positive().max(10_000).precision(3);
const memory = Joi.number().integer().positive().max(1_000_000_000);

/** The body of POST /apiv1/engine. The engine pool validates the address. */
export const newEngineSchema = Joi.object({
  id: idSchema.required(),
  addr: Joi.string().max(1024).required(),
  // Clients written in Go send null for absent values.
  cpus: cpus.empty(null),
  memory: memory.empty(null),
  labels: labelsSchema.empty(null),
  resources: resourcesSchema.empty(null),
}).required();

/** The body of PATCH /apiv1/engine/{id}. */
export const engineUpdateSchema = Joi.object({
  addr: Joi.string().max(1024),
  cpus,
  memory,
  labels: labelsSchema,
  resources: resourcesSchema,
  status: Joi.string().valid(...engineIntents),
})
  .min(1)
  .required();
