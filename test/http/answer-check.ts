import type { Server } from '@hapi/hapi';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { answerSchemas } from '../../src/http/openapi/answer-schemas.ts';
import { type JsonSchema, RequestSchemas } from '../../src/http/openapi/json-schema.ts';
import { errorAnswer, type Operation, operationOf } from '../../src/http/openapi/operation.ts';

interface Answered {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly type: string;
  readonly payload: string;
}

const components: Record<string, JsonSchema> = { ...answerSchemas.schemas, ErrorAnswer: errorAnswer };
const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema(closed({ $id: 'satsuma', components: { schemas: components } }));
const validators = new Map<string, ValidateFunction>();
const requests = new RequestSchemas();
/** By route. */
const known = new Map<string, Operation['responses']>();

/** The document leaves objects open, for fields of later versions. What is answered today must stand in it. */
function closed(schema: unknown): object {
  if (Array.isArray(schema)) return schema.map((part) => (isObject(part) ? closed(part) : part));
  if (!isObject(schema)) return {};
  const { properties, additionalProperties = properties === undefined ? undefined : false } = schema;
  const entries = Object.entries(schema).map(([key, part]) => {
    if (key === '$ref') return [key, `satsuma${String(part)}`];
    return [key, isObject(part) ? closed(part) : part];
  });
  return { ...Object.fromEntries(entries), ...(additionalProperties !== undefined && { additionalProperties }) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function validatorOf(key: string, schema: JsonSchema): ValidateFunction {
  const validator = validators.get(key) ?? ajv.compile(closed(schema));
  validators.set(key, validator);
  return validator;
}

/** Throws where an answer is none of those that the document has for its route. */
export function checkDescribed(
  title: string,
  responses: Operation['responses'],
  { status, type, payload }: Pick<Answered, 'status' | 'type' | 'payload'>,
): void {
  const answer = responses[status] ?? responses[`${String(status)[0]}XX`];
  const [media = ''] = type.split(';');
  const schema = answer?.content?.[media]?.schema;
  const where = `${title} answered ${status} ${media}`;
  if (!schema) throw new Error(`${where}, of which its document knows nothing`);
  const values = media === 'application/x-ndjson' ? payload.split('\n').filter((line) => line !== '') : [payload];
  const validate = validatorOf(`${title} ${status} ${media}`, schema);
  for (const value of values) {
    if (validate(media.includes('json') ? JSON.parse(value) : value)) continue;
    const errors = ajv.errorsText(validate.errors).slice(0, 500);
    throw new Error(`${where}, not as in its document: ${errors}\n${value.slice(0, 500)}`);
  }
}

/** By server: the routes that answered without an error. */
const answeredRoutes = new WeakMap<Server, Set<string>>();

export function routesThatAnswered(server: Server): ReadonlySet<string> {
  return answeredRoutes.get(server) ?? new Set();
}

/** Throws where an answer of /apiv1 is not what the document of the API says of its route. */
export function checkAnswer(server: Server, { method, url, status, type, payload }: Answered): void {
  const path = url.replace(/\?.*$/, '');
  const route = server.match(method.toLowerCase() as 'get', path);
  if (!route || method.toUpperCase() === 'HEAD') return;
  const title = `${method.toUpperCase()} ${route.path}`;
  const table = server.table().find((each) => each.path === route.path && each.method === route.method);
  if (!table) return;
  const responses = known.get(title) ?? operationOf(table, answerSchemas, requests).responses;
  known.set(title, responses);
  checkDescribed(title, responses, { status, type, payload });
  if (status >= 300) return;
  const answered = answeredRoutes.get(server) ?? new Set();
  answeredRoutes.set(server, answered.add(title));
}
