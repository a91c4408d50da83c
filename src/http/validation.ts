import { badRequest, isBoom } from '@hapi/boom';
import type { Lifecycle, Request, RouteOptions, RouteOptionsPayload } from '@hapi/hapi';
import Joi from 'joi';
import { sizeOf } from './body-bounds.ts';
import { likelyField } from './field-hint.ts';
import { jsonAsBytes, refuseUnread } from './json-body.ts';

/** The grammar of ids and names. */
export const idSchema = Joi.string()
  .pattern(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/)
  .max(128)
  .messages({
    'string.pattern.base':
      '{{#label}} must begin with a letter or a digit and have only letters, digits, "_", "." and "-"',
    'string.max': '{{#label}} must have at most 128 characters',
  });

/** Read as JSON, whatever the content type says: `curl -d` sends a form's. */
export const jsonPayload: RouteOptionsPayload = {
  parse: true,
  override: jsonAsBytes,
  maxBytes: 1024 * 1024,
  failAction: refuseUnread,
};

/** Docker reads no body where none is defined, whatever clients send. */
export const noBody = { parse: false, maxBytes: 64 * 1024 } as const;

/** Maximum number of reported problems, and of characters of each. */
const maxProblems = 20;
const maxCharacters = 500;

/** Bodies up to this size are validated completely after the first problem. */
const small = { values: 500, characters: 16 * 1024 } as const;

interface Problem {
  readonly path: string;
  readonly message: string;
  /** Joi's error type. */
  readonly type: string;
}

type Checked<T> = { readonly value: T } | { readonly problems: readonly Problem[] };

/** Returns the converted value, or what is wrong with it. */
export function check<T>(schema: Joi.Schema<T>, value: unknown): Checked<T> {
  const checked = schema.validate(value, strictValidation.options);
  return checked.error ? { problems: problemsOf(checked.error, schema, { value }) } : { value: checked.value };
}

export function sentenceOf(problems: readonly Problem[]): string {
  return problems.map(({ message }) => message).join('; ');
}

/**
 * A large value is validated up to its first problem only: each further problem may cost as much as the whole value.
 */
function problemsOf(
  first: Joi.ValidationError,
  schema: Joi.Schema,
  { value, options = strictValidation.options }: { readonly value: unknown; readonly options?: Joi.ValidationOptions },
): Problem[] {
  const { values, characters } = sizeOf(value);
  const isSmall = values <= small.values && characters <= small.characters;
  const { error = first } = isSmall ? schema.validate(value, { ...options, abortEarly: false }) : {};
  return error.details.slice(0, maxProblems).map(({ path, message, type }) => ({
    path: shortened(path.join('.')),
    message: shortened(message) + (type === 'object.unknown' ? hintAt(schema, path) : ''),
    type,
  }));
}

function hintAt(schema: Joi.Schema, path: Joi.ValidationErrorItem['path']): string {
  const field = likelyField(schema, path);
  return field === undefined ? '' : `; did you mean "${field}"?`;
}

function shortened(text: string): string {
  return text.length > maxCharacters ? `${text.slice(0, maxCharacters)}...` : text;
}

/** Reports the problems with their paths. Types are not converted: `"4"` is not a number. */
const invalid: Lifecycle.Method = (request, _h, error) => {
  if (!Joi.isError(error)) throw error ?? badRequest();
  const problems = problemsIn(request, error);
  const boom = badRequest(sentenceOf(problems));
  boom.data = { details: problems.map(({ path, message }) => ({ path, message })) };
  throw boom;
};

type Source = 'headers' | 'params' | 'query' | 'payload';

/** Hapi's error names the part of the request. */
function problemsIn(request: Request, error: Joi.ValidationError): Problem[] {
  const { validation } = isBoom(error) ? (error.output.payload as { validation?: { source: Source } }) : {};
  const { validate } = request.route.settings;
  const schema = validation && validate?.[validation.source];
  if (!validation || !Joi.isSchema(schema)) return problemsOf(error, Joi.any(), { value: undefined });
  const value: unknown = request[validation.source];
  const problems = problemsOf(error, schema, { value, options: { ...validate?.options } });
  return validation.source === 'payload' ? problems.map((problem) => ofBody(problem, value)) : problems;
}

/** Joi calls the validated value itself "value". */
function ofBody(problem: Problem, body: unknown): Problem {
  if (!/^"value" /.test(problem.message)) return problem;
  const isEmpty = body === null || body === undefined;
  const message = isEmpty
    ? 'the body is empty: a JSON object is expected'
    : problem.message.replace(/^"value"/, 'the body');
  return { ...problem, message };
}

export const strictValidation: NonNullable<RouteOptions['validate']> = {
  failAction: invalid,
  options: { abortEarly: true, convert: false, errors: { escapeHtml: false } },
};

/** A flag in a query: `?all=true`, `?all=1` or just `?all`. */
export const flagSchema = Joi.boolean().truthy('1', '').falsy('0').prefs({ convert: true });
