import { makeDocument } from '../src/http/openapi/document.ts';
import type { JsonSchema } from '../src/http/openapi/json-schema.ts';
import type { Operation } from '../src/http/openapi/operation.ts';
import { createServer } from '../src/http/server.ts';
import { type Lifetime, startCluster } from '../test/fixtures/harness.ts';

/** The module that the command line has the routes from, made of the document of the API. */
export async function clientRoutesModule(t: Lifetime): Promise<string> {
  const cluster = await startCluster(t);
  const server = await createServer({ port: 0, allowedHosts: [], cluster, configuration: {} });
  const { paths } = await makeDocument(server);
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => routeText(`${method.toUpperCase()} ${path}`, operation)),
  );
  return [
    '// Made by `npm run docs` from the document of the API; not to be changed by hand.',
    "import type { Answers } from './answers.ts';\n",
    '/** What each route is asked with, and what it answers: by status, by media type. */',
    'export interface Routes {',
    ...routes,
    '}\n',
  ].join('\n');
}

function routeText(title: string, { summary, parameters, requestBody }: Operation): string {
  const query = parameters.filter((parameter) => parameter.in === 'query');
  const fields = query.map(({ name, required, schema }) => `${name}${required ? '' : '?'}: ${typeOf(schema)}`);
  const body = requestBody ? (requestBody.required ? 'required' : 'optional') : 'none';
  return [
    `  /** ${summary}. */`,
    `  readonly '${title}': {`,
    `    readonly query: ${fields.length > 0 ? `{ ${fields.map((field) => `readonly ${field}`).join('; ')} }` : 'Record<never, never>'};`,
    `    readonly body: '${body}';`,
    `    readonly answers: Answers['${title}'];`,
    '  };',
  ].join('\n');
}

/** Of a parameter: texts, numbers, flags, and several of them. */
function typeOf({ type, enum: values, anyOf, items }: JsonSchema): string {
  if (values) return values.map((value) => `'${value}'`).join(' | ');
  if (anyOf) return [...new Set(anyOf.map(typeOf))].join(' | ');
  if (type === 'array') return `readonly (${typeOf(items ?? {})})[]`;
  return type === 'integer' || type === 'number' ? 'number' : type === 'boolean' ? 'boolean' : 'string';
}
