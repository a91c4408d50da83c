import type { RequestRoute } from '@hapi/hapi';
import Joi from 'joi';
import { codeOfStatus, statusOfCode } from '../../api/error-status.ts';
import type { RouteRule } from '../route-rules.ts';
import type { AnswerSchemas } from './answer-schemas.ts';
import { type JsonSchema, type RequestSchemas, refTo } from './json-schema.ts';

/** A route in the document. */
export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, Answer>>;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  /** The required permission. */
  readonly 'x-needs': RouteRule;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: JsonSchema;
}

export type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;

interface Answer {
  readonly description: string;
  readonly content?: Content;
}

const meanings: Readonly<Record<string, string>> = {
  101: 'The connection is a WebSocket from then on, with the subprotocol v1.satsuma.exec',
  200: 'Done, or the requested data',
  201: 'Created',
  202: 'Accepted; the operation continues in the background',
  400: 'The request is wrong, and nothing was changed',
  401: 'Authentication is required, or the token is not valid',
  403: 'The role does not allow it, or the request comes from another site',
  404: 'Not found',
  413: 'The body is too large',
  '4XX': 'The request conflicts with the current state, or cannot be fulfilled',
  '5XX': 'An engine, a registry, the store or the server failed',
};

/** Throws if the route lacks a description, an answer or a rule. */
export function operationOf(route: RequestRoute, answers: AnswerSchemas, schemas: RequestSchemas): Operation {
  const { method, path, settings } = route;
  const title = `${method.toUpperCase()} ${path}`;
  const answer = answers.routes[title];
  const { description: summary, plugins: { access, webSocket } = {} } = settings;
  if (summary === undefined) throw new Error(`${title} has no description: give its options one`);
  if (access === undefined) throw new Error(`${title} has no rule: see src/http/route-rules.ts`);
  if (answer === undefined)
    throw new Error(`${title} has no answer: name it in src/api/answers.ts, then "npm run docs"`);
  const body = bodyOf(route, schemas);
  return {
    operationId: operationIdOf(method, path),
    summary,
    description: [needed(access), webSocket && 'A WebSocket.'].filter(Boolean).join(' '),
    tags: [tagOf(access, path)],
    parameters: parametersOf(route, schemas),
    ...(body && { requestBody: body }),
    responses: { ...answersOf(answer), ...errorsOf(route, access) },
    security: access === 'anyone' ? [] : [{}, { token: [] }],
    'x-needs': access,
  };
}

/** For example `getContainerLogs` for GET /apiv1/container/{container}/logs. */
function operationIdOf(method: string, path: string): string {
  const words = path
    .replace(/\/$/, '/slash')
    .replace(/^\/apiv1\/(?!slash)/, '')
    .split(/[^a-zA-Z0-9]+/);
  const named = words.filter((word, index) => word !== '' && word !== words[index - 1]);
  return method + named.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('');
}

function needed(access: RouteRule): string {
  if (access === 'anyone') return 'Answers everybody.';
  if (access === 'known') return 'Needs authentication, but no permission.';
  if (access === 'by body') return 'The needed permission depends on the body.';
  return `Needs the permission to ${access.verb} ${access.noun}.`;
}

function tagOf(access: RouteRule, path: string): string {
  return typeof access === 'object' ? access.noun : path === '/apiv1/login' ? 'account' : 'server';
}

const places = { params: 'path', query: 'query', headers: 'header' } as const;

function parametersOf({ settings: { validate = {} } }: RequestRoute, schemas: RequestSchemas): Parameter[] {
  return (['params', 'query', 'headers'] as const).flatMap((part) => {
    const schema = validate[part];
    if (!Joi.isSchema(schema)) return [];
    const { properties = {}, required = [] } = schemas.of(schema);
    return Object.entries(properties).map(([name, each]) => {
      const place = places[part];
      return { name, in: place, required: place === 'path' || required.includes(name), schema: each };
    });
  });
}

function bodyOf({ settings }: RequestRoute, schemas: RequestSchemas): Operation['requestBody'] {
  const { payload, validate } = settings;
  if (payload?.output === 'stream') return { required: true, content: { 'application/octet-stream': { schema: {} } } };
  const schema = validate?.payload;
  if (!Joi.isSchema(schema)) return undefined;
  const isRequired = schema.validate(undefined).error !== undefined;
  return { required: isRequired, content: { 'application/json': { schema: schemas.of(schema) } } };
}

function answersOf(answer: AnswerSchemas['routes'][string]): Record<string, Answer> {
  const entries = Object.entries(answer).map(([status, types]) => {
    const content = Object.fromEntries(Object.entries(types).map(([type, schema]) => [type, { schema }]));
    return [status, { description: meanings[status] ?? '', ...(Object.keys(types).length > 0 && { content }) }];
  });
  return Object.fromEntries(entries);
}

function errorsOf({ settings: { validate = {}, payload } }: RequestRoute, access: RouteRule): Record<string, Answer> {
  const hasInput = ['params', 'query', 'headers', 'payload'].some((part) =>
    Joi.isSchema(validate[part as keyof typeof validate]),
  );
  const statuses = [
    ...(hasInput ? ['400'] : []),
    ...(access === 'anyone' ? [] : ['401']),
    '403',
    ...(Joi.isSchema(validate.params) ? ['404'] : []),
    ...(payload && Joi.isSchema(validate.payload) ? ['413'] : []),
    ...['4XX', '5XX'],
  ];
  const content = { 'application/json': { schema: refTo('ErrorAnswer') } };
  return Object.fromEntries(statuses.map((status) => [status, { description: meanings[status] ?? '', content }]));
}

/** The error answer. */
export const errorAnswer: JsonSchema = {
  type: 'object',
  properties: {
    ok: { const: false },
    data: { type: 'string', description: 'One sentence.' },
    code: {
      type: 'string',
      enum: [...new Set([...Object.keys(statusOfCode), ...Object.values(codeOfStatus), 'http_error'])].sort(),
      description: 'Stable.',
    },
    details: {
      description: 'Details, depending on the code; for an invalid request, the path and the message of each field.',
    },
  },
  required: ['ok', 'data', 'code'],
};
