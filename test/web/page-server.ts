import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';

export interface PageServer {
  /** What the server answers to a path with its query, or with the beginning of one; left out: 404. */
  readonly answers: Map<string, unknown>;
  /** Paths in the order in which they were asked for. */
  readonly asked: string[];
  /** Answers 403 or another error instead, by path. */
  readonly failures: Map<string, number>;
  /** Sends an event to everybody who follows `apiv1/events` without an end. */
  readonly tell: (event: string, data: object) => void;
  /** Resolves when somebody follows. */
  readonly followed: Promise<unknown>;
  /** What `apiv1/events` with an end is answered with, when this resolves. */
  past: Promise<readonly { readonly id: string; readonly event: string; readonly data: object }[]>;
}

const fetchOfNode = globalThis.fetch;

/** A server over HTTP that says what a test wants, and `fetch` as in its page: a path leads to that server. */
export async function startPageServer(t: ExecutionContext): Promise<PageServer> {
  const followers = new Set<ServerResponse>();
  const { promise: followed, resolve: follow } = withResolvers();
  let count = 0;
  const page: PageServer = {
    ...{ answers: new Map(), asked: [], failures: new Map(), followed, past: Promise.resolve([]) },
    tell: (event, data) => {
      count += 1;
      for (const each of followers) each.write(frame(`e.${count}`, event, data));
    },
  };
  const server = createServer((request, response) => {
    const path = (request.url ?? '').slice(1);
    page.asked.push(path);
    const status = page.failures.get(path);
    if (status !== undefined) return void answer(response, status, 'refused');
    if (path.startsWith('apiv1/events')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      if (path.includes('until=')) {
        void page.past.then((events) =>
          response.end(events.map(({ id, event, data }) => frame(id, event, data)).join('')),
        );
        return;
      }
      followers.add(response.on('close', () => followers.delete(response)));
      follow();
      return;
    }
    const known = page.answers.get(path) ?? page.answers.get(path.replace(/[?&]limit=.*$/, ''));
    answer(response, known === undefined ? 404 : 200, known ?? 'there is none');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  globalThis.fetch = (path, init) => fetchOfNode(new URL(String(path), `http://127.0.0.1:${port}`), init);
  t.teardown(() => {
    globalThis.fetch = fetchOfNode;
    server.closeAllConnections();
    server.close();
  });
  return page;
}

function withResolvers() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

function frame(id: string, event: string, data: object): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

function answer(response: ServerResponse, status: number, data: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
}
