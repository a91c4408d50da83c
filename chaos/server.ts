import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServeProcess } from '../example/lab/serve-process.ts';
import { wallClock } from '../test/integration/satsuma-server.ts';

interface ServerSettings {
  readonly n: number;
  readonly port: number;
  /** The folder of its configuration and its log. */
  readonly dir: string;
  /** The program, from a build that does not change. */
  readonly main: string;
  /** The configuration, besides the address. */
  readonly configuration: object;
}

const restartAfterMs = 500;
/** Longer than a server's shutdown may take. */
const endWithinMs = 11_000;

/**
 * One `satsuma serve`, restarted after an unexpected exit like by systemd. It always listens on the same port and
 * appends to the same log.
 */
export class Server {
  readonly n: number;
  readonly address: string;
  readonly log: string;
  /** The number of unexpected exits after it had served: 0 without a bug. */
  crashes = 0;
  readonly #settings: ServerSettings;
  #child: ChildProcess | undefined;
  #shouldRun = false;
  #hoursAhead = 0;

  constructor(settings: ServerSettings) {
    this.#settings = settings;
    this.n = settings.n;
    this.address = `127.0.0.1:${settings.port}`;
    this.log = join(settings.dir, `server-${settings.n}.log`);
  }

  /** Returns as soon as there is a process. */
  async start(): Promise<void> {
    this.#shouldRun = true;
    const { n, dir, main, configuration } = this.#settings;
    const size = await stat(this.log).then(
      (found) => found.size,
      () => 0,
    );
    const child = await startServeProcess({
      ...{ dir, main, name: `server-${n}`, log: 'appended', endsWithParent: true },
      configuration: { 'listen-addr': this.address, ...configuration },
      environment: wallClock(this.#hoursAhead),
    });
    this.#child = child;
    child.once('exit', () => void this.#ended(child, size));
  }

  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Stops it like an operator. */
  async stop(): Promise<void> {
    const late = setTimeout(() => this.#child?.kill('SIGKILL'), endWithinMs);
    await this.#end('SIGTERM');
    clearTimeout(late);
  }

  /** `hoursAhead`: the error of its wall clock from then on. */
  async restart({ hoursAhead }: { readonly hoursAhead: number }): Promise<void> {
    await this.stop();
    this.#hoursAhead = hoursAhead;
    await this.start();
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    this.#shouldRun = false;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  /** A start without Redis fails, and is retried; an exit after it has served is a crash. */
  async #ended(child: ChildProcess, logSize: number): Promise<void> {
    if (!this.#shouldRun) return;
    const newOutput = (await readFile(this.log)).subarray(logSize).toString();
    if (newOutput.includes('"msg":"listening"')) this.crashes++;
    await sleep(restartAfterMs);
    if (this.#shouldRun && this.#child === child) await this.start();
  }
}
