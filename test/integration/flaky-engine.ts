import { readFile } from 'node:fs/promises';
import type { ExecutionContext } from 'ava';
import type { Authority } from '../../src/ca/authority.ts';
import { json, type StubAnswer, type StubEngine, type StubRequest, startStub } from '../engines/stub-engine.ts';

/** An engine with one container, as Docker tells of it, and what it does in place of that. */
export interface FlakyEngine {
  readonly engine: StubEngine;
  /** Of the pings as well. Undefined: it behaves. */
  mood: StubAnswer | undefined;
  /** Of the engine's clock. */
  skewMs: number;
}

function behave(stub: FlakyEngine, name: string): StubAnswer {
  const id = name.padEnd(64, '0');
  const created = () => Math.floor((Date.now() + stub.skewMs) / 1000);
  const entry = () => ({ Id: id, Names: [`/${name}`], Image: 'redis:7', State: 'running', Created: created() });
  return ({ method, path, response }) => {
    if (path === '/_ping') response.setHeader('api-version', '1.41').end('OK');
    else if (path.endsWith('/info')) {
      json(response, 200, { ID: `daemon-${name}`, ServerVersion: '27.0.0', NCPU: 4, MemTotal: 2 ** 33 });
    } else if (path.includes('/images/json')) json(response, 200, [{ RepoTags: ['redis:7'] }]);
    else if (path.includes('/containers/json')) json(response, 200, [entry()]);
    else if (path.endsWith('/containers/create') || path.includes('/create?name='))
      json(response, 201, { Id: 'c'.repeat(64) });
    else if (path.endsWith('/start') || method === 'DELETE') response.writeHead(204).end();
    else if (path.includes('/events')) response.write('\n');
    else json(response, 200, { Id: id, Config: {}, HostConfig: {}, NetworkSettings: {} });
  };
}

/** Starts it with a certificate of the authority's. */
export async function startFlaky(t: ExecutionContext, authority: Authority, name: string): Promise<FlakyEngine> {
  const stub: { -readonly [key in keyof FlakyEngine]?: FlakyEngine[key] } = { mood: undefined, skewMs: 0 };
  const well = behave(stub as FlakyEngine, name);
  const answer = (request: StubRequest) => (stub.mood ?? well)(request);
  const { ca, cert, key } = await authority.issueEngine(name, ['127.0.0.1']);
  const tls = { ca: await readFile(ca), cert: await readFile(cert), key: await readFile(key) };
  stub.engine = await startStub(t, tls, answer, '1.41', answer);
  return stub as FlakyEngine;
}

export const always = (say: (response: StubRequest['response']) => unknown): StubAnswer => {
  return ({ response }) => say(response);
};
/** Well but for what is at paths like this. */
export const only = (name: string, path: RegExp, stub: FlakyEngine, mood: StubAnswer): StubAnswer => {
  const well = behave(stub, name);
  return (request) => (path.test(request.path) ? mood(request) : well(request));
};
export const pour: StubAnswer = ({ response }) => {
  const piece = Buffer.alloc(2 ** 20, ' ');
  const more = () => {
    while (!response.destroyed && response.write(piece));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
};
export const entry = { Id: 'd'.repeat(64), Names: ['/d'], Image: 'x', State: 'running', Created: 1 };
export const list = (...entries: object[]): StubAnswer => always((response) => json(response, 200, entries));
