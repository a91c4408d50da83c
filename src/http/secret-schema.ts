import Joi from 'joi';
import { maxSecretFiles, type SecretFile } from '../model/secret.ts';
import { idSchema } from './validation.ts';

const id = Joi.number().integer().min(0).max(2_147_483_647);

/** No segment is empty or has only dots, and no character is a control character. */
const absolutePath = /^(\/(?!\.{1,2}(\/|$))[^/\p{C}]+)+$/u;
/** Whatever is put there before the start is hidden by a mount. */
const systemFolders = /^\/(run\/secrets|dev|proc|sys)(\/|$)/;

const fileKeys: Record<keyof SecretFile, Joi.Schema> = {
  name: idSchema.required(),
  version: Joi.number().integer().min(1),
  target: Joi.alternatives()
    .conditional(Joi.string().pattern(/^\//), {
      // biome-ignore lint/suspicious/noThenProperty: Joi's word.
      then: Joi.string().max(1024).pattern(absolutePath).pattern(systemFolders, { invert: true }),
      otherwise: Joi.string()
        .max(255)
        .pattern(/^[a-zA-Z0-9_][a-zA-Z0-9_.-]*$/),
    })
    .messages({
      'string.pattern.base':
        '{{#label}} must be the name of a file in /run/secrets, or an absolute path without "." and ".."',
      'string.pattern.invert.base':
        '{{#label}} must not be in /run/secrets (give the name of the file alone), /dev, /proc or /sys',
    }),
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
  .max(maxSecretFiles)
  .unique((one: SecretFile, other: SecretFile) => (one.target ?? one.name) === (other.target ?? other.name))
  .messages({ 'array.unique': '{{#label}} is the file of another secret already' });
