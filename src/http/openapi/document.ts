import { setImmediate } from 'node:timers/promises';
import type { Server } from '@hapi/hapi';
import { type JsonSchema, RequestSchemas } from './json-schema.ts';
import { errorAnswer, type Operation, operationOf } from './operation.ts';

/** OpenAPI 3.1. */
export interface ApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
}

const description = [
  'Every answer in JSON is `{"ok": true, "data": ...}`, or `{"ok": false, "data": "one sentence", "code": "stable_code"}`.',
  'Fields may be added to answers; a field of a request that is not known is refused.',
  'Rules over several fields are not in the schemas of requests: an answer 400 names them.',
  'The doors (bastion, genisys, panamax, deblox) are not included: each is the API of another system, on an address',
  'of its own, and that system defines it.',
].join(' ');

/**
 * Generates the document of all routes of a server, from the routes and the schemas of their answers. Yields to other
 * requests between routes. Throws if a route lacks a description or an answer.
 */
export async function makeDocument(server: Server): Promise<ApiDocument> {
  // Loaded on demand: it is large, and most servers never need it.
  const { answerSchemas } = await import('./answer-schemas.ts');
  const schemas = new RequestSchemas();
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routesOf(server)) {
    await setImmediate();
    const methods = paths[route.path] ?? {};
    paths[route.path] = { ...methods, [route.method]: operationOf(route, answerSchemas, schemas) };
  }
  const tags = new Set(Object.values(paths).flatMap((methods) => Object.values(methods).flatMap((each) => each.tags)));
  return {
    openapi: '3.1.1',
    info: { title: 'Satsuma', version: '1', description },
    tags: [...tags].sort().map((name) => ({ name })),
    paths,
    components: {
      schemas: { ...answerSchemas.schemas, ...schemas.shared, ErrorAnswer: errorAnswer },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

const order = ['get', 'post', 'put', 'patch', 'delete'];

function routesOf(server: Server) {
  const routes = server.table().filter(({ method }) => order.includes(method));
  return routes.sort(
    (a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)) || order.indexOf(a.method) - order.indexOf(b.method),
  );
}
