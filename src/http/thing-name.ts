import Joi from 'joi';

/** Names of volumes and networks, as Docker accepts them. */
export const thingName = Joi.string()
  .pattern(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/)
  .messages({
    'string.pattern.base':
      '{{#label}} must begin with a letter or a digit and have only letters, digits, "_", "." and "-"',
  });
