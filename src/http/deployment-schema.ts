import Joi from 'joi';
import { deploymentNamePattern, mostDeployedServices } from '../model/deployment.ts';

export const deploymentName = Joi.string().pattern(deploymentNamePattern).messages({
  'string.pattern.base':
    '{{#label}} must begin with a lower-case letter or a digit, and have at most 63 lower-case letters, digits, "_" and "-"',
});

/** Of services, and of globals: what is in them is looked at when they are translated. */
export const definitions = Joi.object().unknown().max(mostDeployedServices);
