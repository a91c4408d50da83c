import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';

/** What of JSON schema the Compose specification uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly string[];
  readonly definitions?: Readonly<Record<string, Schema>>;
}

/** The Compose specification's JSON schema; README.md says where it is from. */
export const schema: Schema = JSON.parse(readFileSync('test/compose/schema/compose-spec.json', 'utf8'));

/** Compiled once, when it is first asked for. */
export const isComposeFile: () => ValidateFunction = (() => {
  let compiled: ValidateFunction | undefined;
  return () => {
    const { $schema: _, ...plain } = schema as Schema & { readonly $schema?: string };
    compiled ??= new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(plain);
    return compiled;
  };
})();

/** Where a value may be: keys, with `0` for an item of a list and `a` for a name that the author chooses. */
export type Path = readonly string[];

/** Every property, with the schemas that it may have. */
export function* propertiesOf(
  at: Schema = schema,
  path: Path = [],
  within: readonly string[] = [],
): Generator<{ readonly path: Path; readonly schema: Schema }> {
  const name = at.$ref?.split('/').at(-1);
  // A definition within itself has the same properties once more.
  if (name !== undefined && within.includes(name)) return;
  const inner = name === undefined ? within : [...within, name];
  const { oneOf = [], anyOf = [], properties = {}, patternProperties = {}, items } = resolved(at);
  for (const each of [...oneOf, ...anyOf]) yield* propertiesOf(each, path, inner);
  for (const [key, each] of Object.entries(properties)) {
    yield { path: [...path, key], schema: each };
    yield* propertiesOf(each, [...path, key], inner);
  }
  for (const [pattern, each] of Object.entries(patternProperties))
    if (pattern !== '^x-') yield* propertiesOf(each, [...path, 'a'], inner);
  if (items) yield* propertiesOf(items, [...path, '0'], inner);
}

function resolved(at: Schema): Schema {
  const name = at.$ref?.split('/').at(-1);
  return name === undefined ? at : resolved(schema.definitions?.[name] ?? {});
}
