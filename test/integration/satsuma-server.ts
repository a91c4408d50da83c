import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { Lab } from '../../example/lab/lab.ts';
import { startServeProcess } from '../../example/lab/serve-process.ts';

export interface Answer {
  readonly status: number;
  readonly ok: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers of every shape.
  readonly data: any;
  readonly code?: string;
  readonly name?: string;
  readonly warning?: string;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly details?: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly errors?: any;
  readonly requestId: string | null;
}

/** A real `satsuma serve` in a process of its own, as a user starts it. */
export interface SatsumaServer {
  readonly address: string;
  readonly child: ChildProcess;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Every line it logged so far. */
  log(): Promise<Record<string, unknown>[]>;
  /** Sends the signal and resolves with the exit code when it ended. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** What makes a process read another time of day, by faketime, and leaves its monotonic clock as it is. */
export function wallClock(hoursAhead: number): NodeJS.ProcessEnv {
  if (hoursAhead === 0) return {};
  const preload = { LD_PRELOAD: '/usr/$LIB/faketime/libfaketime.so.1', FAKETIME_DONT_FAKE_MONOTONIC: '1' };
  return { ...preload, FAKETIME: `${hoursAhead > 0 ? '+' : ''}${hoursAhead}h` };
}

/**
 * Starts a server that reaches the lab's engines; `settings` over the defaults of the tests. `hoursAhead`: how wrong its
 * wall clock is.
 */
export async function startSatsuma(
  { client }: Pick<Lab, 'client'>,
  dir: string,
  settings: object = {},
  hoursAhead = 0,
): Promise<SatsumaServer> {
  const { ca, cert, key } = client;
  const defaults = { 'listen-addr': '127.0.0.1:0', 'data-dir': 'data', 'observe-interval': 1, lease: 5 };
  const tls = { 'ca-cert': ca, 'ssl-cert': cert, 'ssl-key': key };
  const child = await startServeProcess({
    dir,
    name: `satsuma-${Math.random().toString(36).slice(2)}`,
    configuration: { ...defaults, ...tls, ...settings },
    environment: wallClock(hoursAhead),
    log: 'piped',
    // A worker that is killed for a test that hangs would leave it, and AVA waits for whoever has its pipes.
    endsWithParent: true,
  });
  const lines: Record<string, unknown>[] = [];
  const address = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) =>
      reject(new Error(`the server ended with code ${code}: ${JSON.stringify(lines.at(-1))}`)),
    );
    if (child.stdout)
      createInterface({ input: child.stdout }).on('line', (line) => {
        const entry = JSON.parse(line);
        lines.push(entry);
        if (entry.msg === 'listening') resolve(new URL(entry.address).host);
      });
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  return {
    address,
    child,
    call: (...request) => call(address, ...request),
    log: async () => lines,
    end: async (signal = 'SIGTERM') => {
      child.kill(signal);
      return await exited;
    },
  };
}

/** Registers every engine of the lab. */
export async function registerAll(server: SatsumaServer, lab: Lab): Promise<void> {
  for (const engine of lab.engines) {
    const { status, data } = await server.call('POST', 'engine', engine);
    if (status !== 201) throw new Error(`engine ${engine.id}: ${status} ${data}`);
  }
}

export async function call(
  address: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`http://${address}/apiv1/${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Omit<Answer, 'status' | 'requestId'>;
  return { status: response.status, requestId: response.headers.get('x-request-id'), ...answer };
}

/** Characters of an answer that was not as wanted. */
const maxShownLength = 4_000;

/** Asks again and again until the answer is as wanted. Throws with the last answer where it never is. */
export async function eventually<T>(
  ask: () => Promise<T>,
  isWanted: (answer: T) => boolean,
  withinMs: number,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (performance.now() > deadline) {
      throw new Error(`not as wanted within ${withinMs} ms: ${inspect(answer, { depth: 6 }).slice(0, maxShownLength)}`);
    }
    await sleep(50);
  }
}
