import { once } from 'node:events';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo, ListenOptions, Socket } from 'node:net';
import type { ExecutionContext } from 'ava';
import { openDockerPool } from '../../src/engines/docker/pool.ts';
import type { TlsMaterial } from '../../src/engines/docker/tls.ts';
import type { EngineClient } from '../../src/engines/engine-client.ts';
import type { EngineDeadlines } from '../../src/model/engine-deadlines.ts';
import { certificates } from './certificates.ts';

/** Generous: a test that means to wait sets the one that it waits for. */
export const deadlines: EngineDeadlines = {
  connectMs: 10_000,
  listMs: 10_000,
  createMs: 10_000,
  startMs: 10_000,
  removeMs: 10_000,
  pullMs: 10_000,
  restartMs: 0,
};

export interface StubRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly socket: Socket;
  readonly response: ServerResponse;
}

/** What the stub answers, but for `/_ping`, which it answers itself unless there is an answer for it. */
export type StubAnswer = (request: StubRequest) => unknown;

export interface StubEngine {
  readonly addr: string;
  /** As `GET /v1.41/info`. */
  readonly requests: string[];
  /** As many as there were TLS handshakes, and of these how many are not closed. */
  connections(): number;
  open(): number;
  /** Resolves when no more connections than these are open. */
  hasAtMost(count: number): Promise<void>;
  /** Closes them all. */
  drop(): void;
  /** Ends the one that was opened last: it is closed when the client has noticed. */
  endLatest(): void;
}

/** An engine of ours, and a client of its own. */
export async function stubbed(
  t: ExecutionContext,
  answer: StubAnswer,
  { limits = {}, version, ping }: { limits?: Partial<EngineDeadlines>; version?: string; ping?: StubAnswer } = {},
): Promise<{ stub: StubEngine; client: EngineClient }> {
  const { server, client: tls } = await certificates();
  const stub = await startStub(t, server, answer, version, ping);
  return { stub, client: clientOf(t, stub.addr, { tls, limits }) };
}

/** A TLS server that answers what the test says, and speaks version 1.41 unless the test says otherwise. */
export async function startStub(
  t: ExecutionContext,
  engine: TlsMaterial,
  answer: StubAnswer,
  version: string | undefined = '1.41',
  ping?: StubAnswer,
): Promise<StubEngine> {
  const requests: string[] = [];
  let connections = 0;
  const sockets = new Set<Socket>();
  const listener: RequestListener = async (request, response) => {
    const body = await readAll(request);
    const { method = '', url: path = '', socket } = request;
    requests.push(`${method} ${path}`);
    const given = path === '/_ping' ? ping : answer;
    if (given) return void given({ method, path, body, socket, response });
    if (version !== undefined) response.setHeader('api-version', version);
    response.end('OK');
  };
  const server = https.createServer({ ...engine, requestCert: true, rejectUnauthorized: true }, listener);
  server.on('secureConnection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
    });
  });
  const hasAtMost = async (count: number) => {
    while (sockets.size > count) await Promise.race([...sockets].map(closed));
  };
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  const endLatest = () => void [...sockets].at(-1)?.end();
  const addr = `https://127.0.0.1:${await listen(t, server)}`;
  return { addr, requests, connections: () => connections, open: () => sockets.size, hasAtMost, drop, endLatest };
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => void socket.once('close', () => resolve()));
}

/** Listens on loopback until the test is over. */
export async function listen(t: ExecutionContext, server: Server): Promise<number> {
  await listenAt(t, server, { port: 0, host: '127.0.0.1' });
  return (server.address() as AddressInfo).port;
}

/** The same, on a socket or an address. */
export async function listenAt(t: ExecutionContext, server: Server, at: string | ListenOptions): Promise<void> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(at);
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
}

/** The client of one engine, from a pool of its own that is closed after the test. */
export function clientOf(
  t: ExecutionContext,
  addr: string,
  {
    tls,
    skipVerify = false,
    limits = {},
  }: { tls?: TlsMaterial; skipVerify?: boolean; limits?: Partial<EngineDeadlines> },
): EngineClient {
  const pool = openDockerPool({ tls, skipVerify, deadlines: { ...deadlines, ...limits } });
  t.teardown(() => pool.close());
  return pool.client({ id: 'e1', addr });
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
