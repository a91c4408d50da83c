import type { Random } from '../bench/random.ts';
import { health } from './connections.ts';
import { JournaledClient } from './journaled-client.ts';
import { pause } from './pause.ts';
import type { Plan, RequestJournal } from './request-journal.ts';
import type { TestCluster } from './test-cluster.ts';

interface PlannerOptions {
  readonly testCluster: Pick<TestCluster, 'servers' | 'engines'>;
  readonly journal: RequestJournal;
  readonly random: Random;
}

const names = ['front', 'middle', 'back'] as const;
const maxReplicas = 6;
/**
 * Each change starts up to six containers, and each start takes a second of CPU: with shorter pauses only the overload
 * would be tested.
 */
const thinkMs = [2_000, 8_000] as const;
const againAfterMs = 500;
const maxTries = 120;
const actions = ['scale', 'scale', 'scale', 'update', 'update', 'remove'] as const;

/**
 * Keeps changing services. Each request is repeated until it is answered, so that the desired state is always known,
 * and can be compared with the actual one.
 */
export class Planner {
  readonly #testCluster: PlannerOptions['testCluster'];
  readonly #journal: RequestJournal;
  readonly #random: Random;
  readonly #client: JournaledClient;
  #version = 0;
  /** The number of data losses after which the services were restored. */
  #losses = 0;

  constructor({ testCluster, journal, random }: PlannerOptions) {
    this.#testCluster = testCluster;
    this.#journal = journal;
    this.#random = random;
    this.#client = new JournaledClient('planner', journal);
  }

  async play(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.insist(signal);
      const name = this.#random.oneOf(names);
      const deed = this.#random.oneOf(actions);
      const replicas = this.#random.between(0, maxReplicas);
      await this.#change(name, deed, replicas, signal);
      await pause(this.#random.between(...thinkMs), signal);
    }
  }

  /** Declares the services again if they were lost. */
  async insist(signal: AbortSignal): Promise<void> {
    while (this.#isLost()) {
      this.#losses = this.#journal.losses.length;
      await this.#awaitEngines(signal);
      for (const name of names) {
        if (!this.#isLost()) await this.#ensure(name, this.#journal.services.get(name), signal);
      }
    }
  }

  #isLost(): boolean {
    return this.#losses < this.#journal.losses.length;
  }

  /**
   * As documented, waits until every engine is registered and resynced: then existing replicas are adopted. A service
   * created earlier would be a different one, and leave the old replicas behind.
   */
  async #awaitEngines(signal: AbortSignal): Promise<void> {
    const missing = new Set(this.#testCluster.engines.map(({ id }) => id));
    for (let left = maxTries; missing.size > 0 && !this.#isLost(); left--) {
      if (signal.aborted && left <= 0) throw new Error(`engine ${[...missing].join(', ')} was never well again`);
      const server = this.#random.oneOf(this.#client.answering(this.#testCluster.servers));
      const { status, body } = await this.#client.send(server, 'GET', 'engines');
      const engines = status === 200 ? (body.data as { id: string; status: string }[]) : [];
      for (const each of engines) if (each.status === 'ok') missing.delete(each.id);
      if (missing.size > 0) await pause(againAfterMs);
    }
  }

  async #change(name: string, deed: (typeof actions)[number], replicas: number, signal: AbortSignal): Promise<void> {
    const { services } = this.#journal;
    const plan = services.get(name);
    if (!plan || deed === 'update') this.#version += 1;
    const next = { replicas: plan?.replicas ?? replicas, version: plan?.version ?? this.#version };
    if (!plan) {
      await this.#ensure(name, next, signal);
      services.set(name, next);
    } else if (deed === 'scale') {
      await this.#send('POST', `service/${name}/scale`, { replicas }, [200], signal);
      services.set(name, { ...plan, replicas });
    } else if (deed === 'update') {
      await this.#send('PUT', `service/${name}`, specOf(this.#version), [200], signal);
      services.set(name, { ...plan, version: this.#version });
    } else {
      services.delete(name);
      await this.#ensure(name, undefined, signal);
    }
  }

  async #ensure(name: string, plan: Plan | undefined, signal: AbortSignal): Promise<void> {
    if (plan) {
      const body = { replicas: plan.replicas, ...specOf(plan.version) };
      await this.#send('POST', 'service', { name, ...body }, [201, 409], signal);
      // If an earlier attempt was carried out without an answer, this repeats it.
      await this.#send('PUT', `service/${name}`, body, [200], signal);
    } else {
      await this.#send('DELETE', `service/${name}`, undefined, [202, 404], signal);
      await this.#send('GET', `service/${name}`, undefined, [404], signal);
    }
  }

  /** Repeats the request until it is answered, or all data is lost. */
  async #send(
    method: string,
    path: string,
    body: object | undefined,
    enough: readonly number[],
    signal: AbortSignal,
  ): Promise<void> {
    // Completes what was begun, even beyond the end of the faults.
    for (let left = maxTries; ; left--) {
      const server = this.#random.oneOf(this.#client.answering(this.#testCluster.servers));
      const reply = await this.#client.send(server, method, path, body);
      if (enough.includes(reply.status) || this.#isLost()) return;
      if (signal.aborted && left <= 0)
        throw new Error(`${method} ${path} was never answered well: ${reply.status} ${reply.code}`);
      await pause(againAfterMs);
    }
  }
}

/** Claims no CPU and no memory, so that even on full engines every slot can be filled. */
function specOf(version: number): object {
  return {
    image: {
      name: 'demo/busybox:1',
      args: ['sh', '-c', 'trap "exit 0" TERM; httpd -f -p 80 & wait'],
      bind_ports: [{ container_port: 80 }],
      environment: { VERSION: String(version) },
      // Environments are not readable in labels; user_data is.
      user_data: { version: [String(version)] },
    },
    update: { monitor: 0.5, parallelism: 2 },
    grace: 5,
    health,
    shutdown_delay: 1,
  };
}
