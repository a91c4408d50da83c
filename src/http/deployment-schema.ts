import Joi from 'joi';
import { deploymentNamePattern, mostDeployedServices } from '../model/deployment.ts';

export const deploymentName = Joi.string().pattern(deploymentNamePattern).messages({
  'string.pattern.base':
    '{{#label}} must begin with a lower-case letter or a digit, and have at most 63 lower-case letters, digits, "_" and "-"',
});

/** Services and globals: their content is validated when they are translated. */
export const definitions = Joi.object().unknown().max(mostDeployedServices);
