import { isDeepStrictEqual } from 'node:util';
import Joi from 'joi';

/**
 * An object whose keys may have a second spelling, or both: the Panamax agent sends `hostPort` and `host_port`
 * together. Equal values count once; different ones are rejected with the key's path. Values are compared after
 * conversion by the key's schema, so 80 and "80" are equal.
 */
export function objectWithSpellings(keys: Joi.SchemaMap, others: Readonly<Record<string, string>>): Joi.ObjectSchema {
  const extended: { object(): Joi.ObjectSchema } = Joi.extend({
    type: 'object',
    base: Joi.object(keys),
    messages: { 'spelling.differs': '{{#label}} and "{{#other}}" are two spellings of one field: they must be equal' },
    prepare: (value: unknown, helpers: Joi.CustomHelpers) => join(value, { keys, others }, helpers),
  });
  return extended.object();
}

interface Spellings {
  readonly keys: Joi.SchemaMap;
  readonly others: Readonly<Record<string, string>>;
}

function join(value: unknown, { keys, others }: Spellings, helpers: Joi.CustomHelpers): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const joined: Record<string, unknown> = { ...value };
  const errors: Joi.ErrorReport[] = [];
  for (const [other, key] of Object.entries(others)) {
    if (!Object.hasOwn(joined, other)) continue;
    const { [key]: first, [other]: second } = joined;
    delete joined[other];
    if (isNothing(first)) joined[key] = second;
    else if (!isNothing(second) && !isEqual(keys[key], first, second)) {
      errors.push(helpers.error('spelling.differs', { other }, pathOf(helpers.state, key)));
    }
  }
  return { value: joined, errors: errors.length === 0 ? undefined : errors };
}

function pathOf(state: Joi.State, key: string): Joi.State | undefined {
  return state.localize?.([...(state.path ?? []), key]);
}

function isEqual(schema: unknown, first: unknown, second: unknown): boolean {
  if (!Joi.isSchema(schema)) return isDeepStrictEqual(first, second);
  const [one, two] = [first, second].map((each) => schema.validate(each, { convert: true }).value);
  return isDeepStrictEqual(one, two);
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
