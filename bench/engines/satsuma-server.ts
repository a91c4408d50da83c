import type { ChildProcess } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Lab } from '../../example/lab/lab.ts';
import type { ImageConfig } from '../../src/model/image-config.ts';
import type { Contestant, Running } from './contestant.ts';
import { HttpClient } from './http-client.ts';
import { end, spawnLogged } from './process.ts';

export interface SatsumaOptions {
  /** Everything that it writes; gone when it has stopped. */
  readonly dir: string;
  /** Left out: the embedded store. */
  readonly redisUrl?: string | undefined;
  /** A folder for a CPU profile of it. */
  readonly profileDir?: string | undefined;
}

const main = new URL('../../dist/src/main.js', import.meta.url).pathname;
const readyWithinMs = 15_000;
const settledWithinMs = 60_000;
/** Less than this much CPU time in such a window is what it needs to stay alive. */
const idleWindowMs = 400;
const idleCpuMs = 20;

/** A real `satsuma serve` with the settings that a user gets, all engines of the lab registered. */
export class SatsumaServer implements Contestant {
  readonly #client: HttpClient;
  readonly #child: ChildProcess;
  readonly #dir: string;

  private constructor(client: HttpClient, child: ChildProcess, dir: string) {
    this.#client = client;
    this.#child = child;
    this.#dir = dir;
  }

  static async start(lab: Lab, { dir, redisUrl, profileDir }: SatsumaOptions): Promise<SatsumaServer> {
    await rm(dir, { recursive: true, force: true });
    await mkdir(dir, { recursive: true });
    const conf = join(dir, 'config.json');
    const { ca, cert, key } = lab.client;
    const tls = { 'ca-cert': ca, 'ssl-cert': cert, 'ssl-key': key };
    const store = redisUrl === undefined ? { 'data-dir': 'data' } : { 'redis-url': redisUrl };
    await writeFile(conf, JSON.stringify({ 'listen-addr': '127.0.0.1:0', ...tls, ...store }));
    const profile = profileDir === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profileDir];
    const child = await spawnLogged(join(dir, 'server.log'), [
      process.execPath,
      ...profile,
      main,
      'serve',
      '--conf',
      conf,
    ]);
    try {
      const server = new SatsumaServer(new HttpClient(await addressOf(child, dir)), child, dir);
      for (const engine of lab.engines)
        await server.#client.expect([201], 'POST', '/apiv1/engine', JSON.stringify(engine));
      return server;
    } catch (error) {
      await end(child);
      throw error;
    }
  }

  async run(image: ImageConfig): Promise<Running> {
    const body = JSON.stringify(image);
    const started = performance.now();
    const { data } = JSON.parse(await this.#client.expect([201], 'POST', '/apiv1/container', body));
    return { id: data.id, elapsedMs: performance.now() - started, remove: () => this.#remove(data.id) };
  }

  /**
   * Stands still while `work` runs, and returns when it has caught up. Whatever anybody does on its engines gives it
   * work, on the CPUs that the others are measured on.
   */
  async aside<T>(work: () => Promise<T>): Promise<T> {
    this.#child.kill('SIGSTOP');
    try {
      return await work();
    } finally {
      this.#child.kill('SIGCONT');
      await this.settle();
    }
  }

  /** Returns when it has nothing left to do, and every engine can be used. */
  async settle(): Promise<void> {
    const deadline = performance.now() + settledWithinMs;
    while (performance.now() < deadline) {
      const before = await this.cpuMs();
      await setTimeout(idleWindowMs);
      const isIdle = (await this.cpuMs()) - before <= idleCpuMs;
      if (isIdle && (await this.#areAllOk())) return;
    }
    throw new Error(`the Satsuma server does not come to rest: see ${join(this.#dir, 'server.log')}`);
  }

  /** How much of a CPU it has used, in ms. Field 14 and 15 of its stat are in hundredths of a second. */
  async cpuMs(): Promise<number> {
    const stat = await readFile(`/proc/${this.#child.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return 10 * (Number(fields[11]) + Number(fields[12]));
  }

  close(): void {
    this.#client.close();
  }

  async stop(): Promise<void> {
    this.close();
    await end(this.#child);
    await rm(this.#dir, { recursive: true, force: true });
  }

  async #areAllOk(): Promise<boolean> {
    const { data } = JSON.parse(await this.#client.expect([200], 'GET', '/apiv1/engines'));
    return data.every(({ status }: { status: string }) => status === 'ok');
  }

  async #remove(id: string): Promise<void> {
    await this.#client.expect([202], 'DELETE', `/apiv1/container/${id}`);
  }
}

/** Where it listens, once its log says so. */
async function addressOf(child: ChildProcess, dir: string): Promise<string> {
  const deadline = performance.now() + readyWithinMs;
  let log = '';
  while (child.exitCode === null && child.signalCode === null && performance.now() < deadline) {
    log = await readFile(join(dir, 'server.log'), 'utf8');
    const [, address] = /"address":"([^"]+)".*"msg":"listening"/.exec(log) ?? [];
    if (address !== undefined) return address;
    await setTimeout(20);
  }
  throw new Error(`the Satsuma server did not start: ${log.trim().split('\n').at(-1)}`);
}
