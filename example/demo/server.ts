import type { ChildProcess } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../lab/free-port.ts';
import { endProcess, startServeProcess } from '../lab/serve-process.ts';
import type { Hosts } from './hosts.ts';

/** An answer of the API. */
export interface Answer {
  readonly status: number;
  readonly ok: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: the tour reads answers of every shape.
  readonly data: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly details?: any;
}

/** A real `satsuma serve` in its own process. */
export interface DemoServer {
  /** `127.0.0.1:8080`, or another port if that is taken. */
  readonly address: string;
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  stop(): Promise<void>;
}

const root = new URL('../..', import.meta.url).pathname;
/** The folder of all files of the server, removed when it stops. */
export const serverDir = join(root, '.lab', 'demo-server');
const readyWithinMs = 15_000;

/** Starts the server with the embedded store in its own folder, and returns when it answers. */
export async function startServer(hosts: Hosts): Promise<DemoServer> {
  const dir = serverDir;
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  const address = `127.0.0.1:${(await isFree(8080)) ? 8080 : await freePort()}`;
  const child = await startServeProcess({
    dir,
    name: 'server',
    configuration: configuration(address, hosts),
    log: 'new',
  });
  const stop = async () => {
    await endProcess(child);
    await rm(dir, { recursive: true, force: true });
  };
  if (!(await isReady(address, child))) {
    const output = await readFile(join(dir, 'server.log'), 'utf8');
    await stop();
    throw new Error(`the server did not start: ${output.trim().split('\n').at(-1)}`);
  }
  return { address, call: (...request) => call(address, ...request), stop };
}

function configuration(address: string, { tls }: Hosts): object {
  return {
    'listen-addr': address,
    'data-dir': 'data',
    'observe-interval': 1,
    ...(tls ? { 'ca-cert': tls.ca, 'ssl-cert': tls.cert, 'ssl-key': tls.key } : {}),
    types: { web: ['host', 'port'] },
  };
}

async function call(address: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`http://${address}/apiv1/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, ...((await response.json()) as Omit<Answer, 'status'>) };
}

/** False: it ended, or timed out. */
async function isReady(address: string, child: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + readyWithinMs;
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    const answer = await fetch(`http://${address}/readyz`).catch(() => undefined);
    if (answer?.ok) return true;
    await setTimeout(50);
  }
  return false;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const outcome = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  server.close();
  return outcome;
}
