import { setTimeout as sleep } from 'node:timers/promises';
import type { Network } from './contestant.ts';
import type { RawEngine } from './raw-engine.ts';

interface Task {
  readonly DesiredState: string;
  readonly Status: { readonly State: string };
}

const withinMs = 180_000;

/** Docker's Swarm mode on the same engines, used through its API as efficiently as possible. */
export class Swarm {
  readonly #managers: readonly [RawEngine, ...RawEngine[]];

  private constructor(managers: readonly [RawEngine, ...RawEngine[]]) {
    this.#managers = managers;
  }

  /** Creates a swarm with one manager. */
  static async form(engines: readonly [RawEngine, ...RawEngine[]]): Promise<Swarm> {
    const [manager, ...workers] = engines;
    const listen = (engine: RawEngine) => ({ ListenAddr: `${engine.host}:2377`, AdvertiseAddr: engine.host });
    await manager.ask([200], 'POST', '/swarm/init', listen(manager));
    const { JoinTokens } = await manager.ask([200], 'GET', '/swarm');
    for (const worker of workers) {
      const join = { ...listen(worker), RemoteAddrs: [`${manager.host}:2377`], JoinToken: JoinTokens.Worker };
      await worker.ask([200], 'POST', '/swarm/join', join);
    }
    return new Swarm(engines);
  }

  /** Creates a service without replicas. */
  async create(name: string, network: Network): Promise<void> {
    await this.#manager.ask([201], 'POST', '/services/create', specOf(name, network, 0));
  }

  /** Returns the time in milliseconds until this number of replicas is running; polls every `pollMs`. */
  async scale(name: string, network: Network, replicas: number, pollMs: number): Promise<number> {
    const { Version } = await this.#manager.ask([200], 'GET', `/services/${name}`);
    const started = performance.now();
    const path = `/services/${name}/update?version=${Version.Index}`;
    await this.#manager.ask([200], 'POST', path, specOf(name, network, replicas));
    while ((await this.#count(name)) !== replicas) {
      if (performance.now() - started > withinMs) throw new Error(`Swarm mode did not run ${replicas} in time`);
      await sleep(pollMs);
    }
    return performance.now() - started;
  }

  async remove(name: string): Promise<void> {
    await this.#manager.ask([200], 'DELETE', `/services/${name}`);
  }

  async leave(): Promise<void> {
    for (const engine of this.#managers) await engine.ask([200], 'POST', '/swarm/leave?force=true');
  }

  get #manager(): RawEngine {
    return this.#managers[0];
  }

  async #count(name: string): Promise<number> {
    const filters = encodeURIComponent(JSON.stringify({ service: { [name]: true } }));
    const tasks: readonly Task[] = await this.#manager.ask([200], 'GET', `/tasks?filters=${filters}`);
    return tasks.filter(({ Status }) => Status.State === 'running').length;
  }
}

function specOf(name: string, network: Network, Replicas: number): object {
  const ContainerSpec = { Image: 'demo/busybox:1', Init: false };
  // By default a task is on the default bridge.
  const Networks = network === 'bridge' ? [] : [{ Target: network }];
  const Resources = { Limits: { MemoryBytes: 16 * 2 ** 20 }, Reservations: { MemoryBytes: 16 * 2 ** 20 } };
  return { Name: name, TaskTemplate: { ContainerSpec, Networks, Resources }, Mode: { Replicated: { Replicas } } };
}
