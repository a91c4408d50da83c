import Joi from 'joi';

/** The deployment that is always there. */
export const systemDeployment = 'system';

/** Its client joins paths relatively: to `http://host:5555/api` it is /list, and to `http://host:5555/api/` it is /api/list. */
export function paths(path: string): readonly string[] {
  return [`/${path}`, `/api/${path}`];
}

export const deployId = Joi.string()
  .pattern(/^[a-z0-9][a-z0-9_-]{0,62}$/)
  .messages({
    'string.pattern.base':
      '{{#label}} must begin with a lower-case letter or a digit, and have at most 63 lower-case letters, digits, "_" and "-"',
  });
