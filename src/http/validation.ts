import { badRequest, entityTooLarge, isBoom } from '@hapi/boom';
import type { Lifecycle, RouteOptions, RouteOptionsPayload } from '@hapi/hapi';
import Joi from 'joi';

/** An id or a name, as api.md has them. */
export const idSchema = Joi.string()
  .pattern(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/)
  .max(128)
  .messages({
    'string.pattern.base':
      '{{#label}} must begin with a letter or a digit and have only letters, digits, "_", "." and "-"',
    'string.max': '{{#label}} must have at most 128 characters',
  });

/** JSON whatever the content type says: `curl -d` calls it a form. */
export const jsonPayload: RouteOptionsPayload = {
  override: 'application/json',
  maxBytes: 1024 * 1024,
  failAction: (_request, _h, error) => {
    if (isBoom(error, 413)) throw entityTooLarge('the body is larger than 1 MiB');
    throw badRequest('the body is not JSON');
  },
};

/** All that is wrong at once, each with its path. Nothing is converted: `"4"` is not a number. */
const invalid: Lifecycle.Method = (_request, _h, error) => {
  if (!Joi.isError(error)) throw error ?? badRequest();
  const details = error.details.map(({ path, message }) => ({ path: path.join('.'), message }));
  const boom = badRequest(details.map(({ message }) => message).join('; '));
  boom.data = { details };
  throw boom;
};

export const strictly: NonNullable<RouteOptions['validate']> = {
  failAction: invalid,
  options: { abortEarly: false, convert: false, errors: { escapeHtml: false } },
};

/** A flag in a query: `?all=true`, `?all=1` or just `?all`. */
export const flagSchema = Joi.boolean().truthy('1', '').falsy('0').prefs({ convert: true });
