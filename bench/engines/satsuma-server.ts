import type { ChildProcess } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Lab, LabEngine } from '../../example/lab/lab.ts';
import { endProcess, startServeProcess } from '../../example/lab/serve-process.ts';
import type { ImageConfig } from '../../src/model/image-config.ts';
import { inParallel } from '../../src/runtime/in-parallel.ts';
import type { Contestant, Running } from './contestant.ts';
import { drain } from './drain.ts';
import { HttpClient } from './http-client.ts';
import { cpuMs, residentMiB } from './process.ts';

export interface SatsumaOptions {
  /** The folder of all its files, removed when it stops. */
  readonly dir: string;
  /** Absent: the embedded store. */
  readonly redisUrl?: string | undefined;
  /** The folder for a CPU profile. */
  readonly profileDir?: string | undefined;
  /** With authentication and an audit log. */
  readonly hasAccounts?: boolean;
}

const tokenFile = 'admin-token';
const readyWithinMs = 30_000;
/** Concurrent registrations: each engine is contacted first. */
const registrations = 16;
const settledWithinMs = 60_000;
/** A server that uses less CPU time than this in the window is idle. */
const idleWindowMs = 400;
const idleCpuMs = 20;

/** The engines, and the certificates to connect to them. */
export type Engines = Pick<Lab, 'client'> & { readonly engines: readonly LabEngine[] };

/** A real `satsuma serve` with default settings and all engines registered. */
export class SatsumaServer implements Contestant {
  readonly #dir: string;
  readonly #configuration: object;
  readonly #nodeArguments: readonly string[];
  #child: ChildProcess | undefined;
  #client: HttpClient | undefined;
  #address = '';
  #dockerAddress = '';

  private constructor(dir: string, configuration: object, nodeArguments: readonly string[]) {
    this.#dir = dir;
    this.#configuration = configuration;
    this.#nodeArguments = nodeArguments;
  }

  static async start(
    { client, engines }: Engines,
    { dir, redisUrl, profileDir, hasAccounts = false }: SatsumaOptions,
  ): Promise<SatsumaServer> {
    await rm(dir, { recursive: true, force: true });
    await mkdir(dir, { recursive: true });
    const tls = { 'ca-cert': client.ca, 'ssl-cert': client.cert, 'ssl-key': client.key };
    const store = redisUrl === undefined ? { 'data-dir': 'data' } : { 'redis-url': redisUrl };
    const accounts = hasAccounts ? { auth: { mode: 'required', 'admin-token-file': tokenFile } } : {};
    const doors = { docker: { 'listen-addr': '127.0.0.1:0', role: 'operator' } };
    const configuration = { 'listen-addr': '127.0.0.1:0', doors, ...tls, ...store, ...accounts };
    const profile = profileDir === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profileDir];
    const server = new SatsumaServer(dir, configuration, profile);
    try {
      await server.begin();
      await inParallel(engines, registrations, async (engine) => {
        await server.ask([201], 'POST', '/apiv1/engine', JSON.stringify(engine));
      });
      return server;
    } catch (error) {
      await server.end();
      throw error;
    }
  }

  /** Starts the process with its existing state; returns when it listens. */
  async begin(): Promise<void> {
    this.#child = await startServeProcess({
      ...{ dir: this.#dir, name: 'server', log: 'new', endsWithParent: true },
      ...{ configuration: this.#configuration, nodeArguments: this.#nodeArguments },
    });
    const log = await listeningLog(this.#child, this.#dir);
    this.#address = addressIn(log, /"address":"([^"]+)"/);
    this.#dockerAddress = addressIn(log, /"docker":"([^"]+)"/);
    const token = await readFile(join(this.#dir, tokenFile), 'utf8').catch(() => undefined);
    this.logIn(token?.trim());
  }

  /** Uses this token from now on. */
  logIn(token: string | undefined): void {
    this.close();
    this.#client = new HttpClient(this.#address, token === undefined ? {} : { token });
  }

  /** Its URL. */
  get address(): string {
    return this.#address;
  }

  /** Where it speaks Docker's API, as a URL. */
  get dockerAddress(): string {
    return this.#dockerAddress;
  }

  /** Ends the process, and keeps its state. */
  async end(): Promise<void> {
    this.close();
    if (this.#child) await endProcess(this.#child);
  }

  async run(image: ImageConfig): Promise<Running> {
    const body = JSON.stringify(image);
    const started = performance.now();
    const { data } = JSON.parse(await this.ask([201], 'POST', '/apiv1/container', body));
    return { id: data.id, elapsedMs: performance.now() - started, remove: () => this.#remove(data.id) };
  }

  /** The body of the answer. Throws unless the answer has one of the statuses. */
  async ask(statuses: readonly number[], method: string, path: string, body?: string): Promise<string> {
    if (!this.#client) throw new Error('the Satsuma server was not begun');
    return await this.#client.expect(statuses, method, path, body);
  }

  /** Discards the answer while it arrives, and returns its length in bytes. */
  async drain(path: string): Promise<number> {
    return await drain(http.request(this.#address + path, { agent: false }));
  }

  /**
   * Freezes the server while `work` runs, and returns when it has caught up. Otherwise everything that happens on its
   * engines would cause work on the CPUs that others are measured on.
   */
  async aside<T>(work: () => Promise<T>): Promise<T> {
    this.#child?.kill('SIGSTOP');
    try {
      return await work();
    } finally {
      this.#child?.kill('SIGCONT');
      await this.settle();
    }
  }

  /** Returns when it is idle, and every engine is usable. */
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

  /** Returns when it knows that only this number of engines is usable. */
  async untilUsable(count: number): Promise<void> {
    const deadline = performance.now() + settledWithinMs;
    while (performance.now() < deadline) {
      const { data } = JSON.parse(await this.ask([200], 'GET', '/apiv1/cluster'));
      if (data.engines.ok === count) return;
      await setTimeout(idleWindowMs);
    }
    throw new Error(`the Satsuma server does not notice which engines are bad: see ${join(this.#dir, 'server.log')}`);
  }

  async #areAllOk(): Promise<boolean> {
    const { data } = JSON.parse(await this.ask([200], 'GET', '/apiv1/engines'));
    return data.every(({ status }: { status: string }) => status === 'ok');
  }

  cpuMs(): Promise<number> {
    return cpuMs(this.#child?.pid ?? 0);
  }

  residentMiB(): ReturnType<typeof residentMiB> {
    return residentMiB(this.#child?.pid ?? 0);
  }

  close(): void {
    this.#client?.close();
  }

  async stop(): Promise<void> {
    await this.end();
    await rm(this.#dir, { recursive: true, force: true });
  }

  async #remove(id: string): Promise<void> {
    await this.ask([202], 'DELETE', `/apiv1/container/${id}`);
  }
}

/** Its log, once that says where it listens. */
async function listeningLog(child: ChildProcess, dir: string): Promise<string> {
  const deadline = performance.now() + readyWithinMs;
  let log = '';
  while (child.exitCode === null && child.signalCode === null && performance.now() < deadline) {
    log = await readFile(join(dir, 'server.log'), 'utf8');
    const line = log.split('\n').find((each) => each.includes('"msg":"listening"'));
    if (line !== undefined) return line;
    await setTimeout(20);
  }
  throw new Error(`the Satsuma server did not start: ${log.trim().split('\n').at(-1)}`);
}

function addressIn(log: string, pattern: RegExp): string {
  const [, address = ''] = pattern.exec(log) ?? [];
  return address;
}
