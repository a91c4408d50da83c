import Joi from 'joi';
import { mostSecretFiles, type SecretFile } from '../model/secret.ts';
import { idSchema } from './validation.ts';

const id = Joi.number().integer().min(0).max(2_147_483_647);

const fileKeys: Record<keyof SecretFile, Joi.Schema> = {
  name: idSchema.required(),
  version: Joi.number().integer().min(1),
  target: Joi.string()
    .max(255)
    .pattern(/^[a-zA-Z0-9_][a-zA-Z0-9_.-]*$/)
    .messages({ 'string.pattern.base': '{{#label}} must be the name of a file in /run/secrets' }),
  env: Joi.string()
    .max(256)
    .pattern(/^[A-Za-z_][A-Za-z0-9_]*$/)
    .messages({ 'string.pattern.base': '{{#label}} must be the name of a variable, like DB_PASSWORD_FILE' }),
  mode: Joi.string()
    .pattern(/^0?[0-7]{3}$/)
    .messages({ 'string.pattern.base': '{{#label}} must be an octal mode like "0440"' }),
  uid: id,
  gid: id,
  project: idSchema,
};

/** The secrets of an image config: references, never values. */
export const secretsSchema = Joi.array()
  .items(Joi.object<SecretFile>(fileKeys))
  .max(mostSecretFiles)
  .unique((one: SecretFile, other: SecretFile) => (one.target ?? one.name) === (other.target ?? other.name))
  .messages({ 'array.unique': '{{#label}} is the file of another secret already' });
