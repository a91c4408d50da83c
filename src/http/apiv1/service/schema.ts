import Joi from 'joi';
import {
  failureActions,
  type HealthCheck,
  type ServiceSpec,
  type UpdatePolicy,
  updateOrders,
} from '../../../model/service.ts';
import { imageRequestSchema, savedReference } from '../../image-schema.ts';
import { constraintsSchema, serviceReplicasSchema, spreadSchema } from '../../placement-schema.ts';
import { idSchema } from '../../validation.ts';
import type { PlacementOptions } from './image.ts';

const seconds = Joi.number().min(0).max(86_400);

const updateKeys: Record<keyof UpdatePolicy, Joi.Schema> = {
  parallelism: Joi.number().integer().min(0).max(1000),
  delay: seconds,
  order: Joi.string().valid(...updateOrders),
  monitor: seconds,
  max_failure: Joi.number().integer().min(0).max(10_000),
  on_failure: Joi.string().valid(...failureActions),
};

const healthKeys: Record<keyof HealthCheck, Joi.Schema> = {
  type: Joi.string().valid('tcp', 'http').required(),
  port: Joi.number().integer().min(1).max(65_535).required(),
  path: Joi.string()
    .pattern(/^\/[\x21-\x7e]{0,1023}$/)
    .default('/')
    .messages({ 'string.pattern.base': '{{#label}} must begin with "/" and have no spaces' }),
  interval: seconds.min(0.1).default(5),
  timeout: seconds.min(0.1).max(60).default(2),
  retries: Joi.number().integer().min(1).max(100).default(3),
  start_period: seconds.default(0),
};

type BodyKey = Exclude<keyof ServiceSpec, 'force_update' | 'link_update'> | 'from' | keyof PlacementOptions;

const bodyKeys: Record<BodyKey, Joi.Schema> = {
  image: imageRequestSchema.optional(),
  from: savedReference,
  constraints: constraintsSchema,
  spread: spreadSchema,
  replicas: serviceReplicasSchema,
  update: Joi.object(updateKeys),
  links: Joi.object().pattern(idSchema, idSchema).max(64),
  health: Joi.object(healthKeys),
  grace: seconds,
  shutdown_delay: seconds.max(600),
};

const body = Joi.object(bodyKeys)
  .oxor('image', 'from')
  .oxor('constraints', 'image.constraints')
  .oxor('spread', 'image.spread')
  .messages({
    'object.oxor': 'give either "{{#present.0}}" or "{{#present.1}}", not both',
  });

/** The body of POST /apiv1/service. */
export const newServiceSchema = body
  .append({ name: idSchema.required() })
  .or('image', 'from')
  .messages({ 'object.missing': '"image" or "from" is required' })
  .required();

/** The body of PUT /apiv1/service/{name}. Absent fields stay unchanged; `health: null` removes the health check. */
export const serviceChangesSchema = body
  .append({
    name: idSchema,
    health: Joi.object(healthKeys).allow(null),
    generation: Joi.number().integer().min(1),
    force: Joi.boolean(),
  })
  .required();

/** The body of POST /apiv1/plan for a service: that of POST or PUT, with the name. */
export const plannedServiceSchema = Joi.object({
  service: serviceChangesSchema.fork('name', (name) => name.required()),
});
