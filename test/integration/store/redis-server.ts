import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { Store } from '../../../src/store/store.ts';
import { onFreePort, whenEnded } from './redis-port.ts';

const readyWithinMs = 20_000;

/** A Redis of its own, on a socket in a temporary folder: no port to be taken, nothing left behind by `remove`. */
export class RedisServer {
  readonly dir = mkdtempSync(join(tmpdir(), 'satsuma-redis-'));
  readonly url = join(this.dir, 'redis.sock');
  readonly #settings: readonly string[];
  #process: ChildProcess | undefined;

  constructor(...settings: readonly string[]) {
    this.#settings = settings;
  }

  /** Starts a server, or throws when there is none to start. */
  static async start(...settings: readonly string[]): Promise<RedisServer> {
    const server = new RedisServer(...settings);
    await server.start();
    return server;
  }

  /** Starts a server on a free port as well. */
  static async listening(
    ...settings: readonly string[]
  ): Promise<{ readonly redis: RedisServer; readonly port: number }> {
    return await onFreePort(async (port) => {
      const redis = await RedisServer.start('--port', String(port), '--bind', '127.0.0.1', ...settings);
      return { redis, port };
    });
  }

  async start(): Promise<void> {
    const fixed = ['--port', '0', '--unixsocket', this.url, '--dir', this.dir, '--save', ''];
    const child = spawn('redis-server', [...fixed, ...this.#settings], { stdio: ['ignore', 'pipe', 'ignore'] });
    const ended = whenEnded(child);
    await once(child, 'spawn');
    this.#process = child;
    for (const deadline = Date.now() + readyWithinMs; ; ) {
      if (child.exitCode !== null) throw await ended;
      // One that wants a password answers as well.
      if (/^\+PONG|^-NOAUTH/.test(await this.send('PING').catch(() => ''))) return;
      if (Date.now() > deadline) throw new Error('redis-server did not get ready');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Sends one command and resolves with the beginning of its answer, as Redis writes it. */
  async send(command: string): Promise<string> {
    const socket = connect(this.url);
    try {
      socket.write(`${command}\r\n`);
      const [answer] = await once(socket, 'data');
      return String(answer);
    } finally {
      socket.destroy();
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  /** kill -9, as a crash would. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** A Redis on a port of its own, for a server of ours; gone after the test. */
export async function startRedis(
  t: ExecutionContext,
  ...settings: string[]
): Promise<{ redis: RedisServer; url: string }> {
  const { redis, port } = await RedisServer.listening(...settings);
  t.teardown(() => redis.remove());
  return { redis, url: `redis://127.0.0.1:${port}` };
}

/** Waits until a store that was without its Redis has it again. */
export async function untilItAnswers(store: Store): Promise<void> {
  for (const deadline = Date.now() + 10_000; ; ) {
    try {
      return await store.ping();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
