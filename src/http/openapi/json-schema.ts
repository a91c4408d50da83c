import type { Schema } from 'joi';
import { imageConfigSchema, imageRequestSchema } from '../image-schema.ts';

/** JSON Schema 2020-12, as used by OpenAPI 3.1: the keywords that this folder reads. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly [keyword: string]: unknown;
}

const prefix = '#/components/schemas/';

export function refTo(name: string): JsonSchema {
  return { $ref: `${prefix}${name}` };
}

/** The name of the component that a schema references. */
export function nameIn({ $ref }: JsonSchema): string | undefined {
  return $ref?.startsWith(prefix) ? $ref.slice(prefix.length) : undefined;
}

/** Large parts that several bodies share: each is in the document once. */
const sharedParts = { ImageRequest: imageRequestSchema, NewImageConfig: imageConfigSchema } as const;

/** The schemas of requests, converted from Joi. */
export class RequestSchemas {
  readonly shared: Readonly<Record<string, JsonSchema>>;
  readonly #names: ReadonlyMap<string, string>;

  constructor() {
    const shared = Object.entries(sharedParts).map(([name, schema]) => [name, toJsonSchema(schema)] as const);
    this.shared = Object.fromEntries(shared);
    this.#names = new Map(shared.map(([name, schema]) => [JSON.stringify(schema), name]));
  }

  of(schema: Schema): JsonSchema {
    return this.#withRefs(toJsonSchema(schema));
  }

  #withRefs(schema: JsonSchema): JsonSchema {
    const name = this.#names.get(JSON.stringify(schema));
    if (name !== undefined) return refTo(name);
    const { properties, anyOf } = schema;
    return {
      ...schema,
      ...(properties && { properties: mapValues(properties, (part) => this.#withRefs(part)) }),
      ...(anyOf && { anyOf: anyOf.map((part) => this.#withRefs(part)) }),
    };
  }
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

/** Rules across fields, and those in code, cannot be expressed in JSON Schema: Joi leaves them out. */
function toJsonSchema(schema: Schema): JsonSchema {
  return schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' }) as JsonSchema;
}
