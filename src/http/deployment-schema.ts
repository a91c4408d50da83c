import Joi from 'joi';
import { deploymentNamePattern, maxDeployedServices, type ServiceInfrastructure } from '../model/deployment.ts';
import { strategyNames } from '../model/image-config.ts';
import { sizeKeys } from './image-schema.ts';
import { constraintsSchema, serviceReplicasSchema, spreadSchema } from './placement-schema.ts';
import { idSchema } from './validation.ts';

export const deploymentName = Joi.string().pattern(deploymentNamePattern).messages({
  'string.pattern.base':
    '{{#label}} must begin with a lower-case letter or a digit, and have at most 63 lower-case letters, digits, "_" and "-"',
});

const infrastructureKeys: Record<keyof ServiceInfrastructure, Joi.Schema> = {
  replicas: serviceReplicasSchema,
  constraints: constraintsSchema,
  spread: spreadSchema,
  strategy: Joi.string().valid(...strategyNames),
  ...sizeKeys,
};

/** By the names of services in the template. */
export const infrastructureSchema = Joi.object()
  .pattern(idSchema, Joi.object(infrastructureKeys))
  .max(maxDeployedServices);

/** Services and globals: their content is validated when they are translated. */
export const definitions = Joi.object().unknown().max(maxDeployedServices);
