import type { IncomingMessage, ServerResponse } from 'node:http';
import { filterList } from './list-filters.ts';
import type { SimulatedEngine } from './simulated-engine.ts';

type Answer = readonly [status: number, body?: unknown];

const notFound: Answer = [404, { message: 'No such container' }];

/**
 * The part of Docker's Engine API that Satsuma uses. Everything else answers 501, so that a benchmark shows it at once.
 */
export async function answer(
  engine: SimulatedEngine,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://engine');
  const path = pathname.replace(/^\/v1\.\d+/, '');
  if (path === '/_ping') return void response.writeHead(200, { 'api-version': '1.47' }).end('OK');
  if (path === '/events') return tell(engine, response);
  const [status, body] = reply(engine, `${request.method} ${path}`, searchParams, await readAll(request));
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function reply(engine: SimulatedEngine, call: string, query: URLSearchParams, body: string): Answer {
  if (call === 'GET /version') return [200, { Version: '27.3.1', ApiVersion: '1.47' }];
  if (call === 'GET /info') return [200, engine.info()];
  if (call === 'GET /containers/json') return list(engine, query);
  if (call === 'GET /images/json') return [200, engine.images()];
  if (call === 'POST /containers/create') {
    const id = engine.create(query.get('name') ?? '', JSON.parse(body));
    return id === undefined ? [409, { message: 'the name is in use' }] : [201, { Id: id, Warnings: [] }];
  }
  const [, verb, id = '', action] = /^(GET|POST|DELETE) \/containers\/([0-9a-f]+)(?:\/(json|start))?$/.exec(call) ?? [];
  if (verb === 'POST' && action === 'start') return engine.start(id) ? [204] : notFound;
  if (verb === 'DELETE' && action === undefined) return engine.remove(id) ? [204] : notFound;
  if (verb === 'GET' && action === 'json') {
    const container = engine.inspect(id);
    return container ? [200, container] : notFound;
  }
  return [501, { message: `${call} is not simulated` }];
}

/** Only running ones, unless `all` or a status is given. */
function list(engine: SimulatedEngine, query: URLSearchParams): Answer {
  const wantsAll = ['1', 'true'].includes(query.get('all') ?? '') || query.get('filters')?.includes('"status"');
  const listed = engine.list().filter(({ State }) => wantsAll || State === 'running');
  try {
    return [200, filterList(listed, query.get('filters'))];
  } catch (error) {
    return [400, { message: `invalid filter: ${error}` }];
  }
}

function tell(engine: SimulatedEngine, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  response.once(
    'close',
    engine.listen((line) => response.write(line)),
  );
}

async function readAll(request: IncomingMessage): Promise<string> {
  if (request.method !== 'POST') return '';
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
