import Joi from 'joi';

/** The error message must not quote the password. */
export const passwordSchema = Joi.string()
  .min(8)
  .max(1024)
  .pattern(/^[^\0]+$/)
  .messages({ '*': '{{#label}} must be a text of 8 to 1024 characters' });
