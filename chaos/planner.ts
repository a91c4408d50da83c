import type { Random } from '../bench/random.ts';
import type { Arena } from './arena.ts';
import { health } from './connections.ts';
import { Customer } from './customer.ts';
import { pause } from './pause.ts';
import type { Plan, RequestJournal } from './request-journal.ts';

export interface PlannerOptions {
  readonly arena: Pick<Arena, 'servers' | 'engines'>;
  readonly journal: RequestJournal;
  readonly random: Random;
}

const names = ['front', 'middle', 'back'] as const;
const mostReplicas = 6;
/** Each change starts up to six containers, and each start takes a second of a CPU: who hurries more measures nothing but that. */
const thinkMs = [2_000, 8_000] as const;
const againAfterMs = 500;
const mostTries = 120;
const deeds = ['scale', 'scale', 'scale', 'update', 'update', 'remove'] as const;

/**
 * Somebody who keeps services and changes his mind all the time. Each request is repeated until it is answered, so that
 * in the end he knows what he asked for last, and everything there is can be held against it.
 */
export class Planner {
  readonly #arena: PlannerOptions['arena'];
  readonly #journal: RequestJournal;
  readonly #random: Random;
  readonly #customer: Customer;
  #version = 0;
  /** How many of the losses of all that is on record were made good. */
  #losses = 0;

  constructor({ arena, journal, random }: PlannerOptions) {
    this.#arena = arena;
    this.#journal = journal;
    this.#random = random;
    this.#customer = new Customer('planner', journal);
  }

  async play(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.insist(signal);
      const name = this.#random.oneOf(names);
      const deed = this.#random.oneOf(deeds);
      const replicas = this.#random.between(0, mostReplicas);
      await this.#change(name, deed, replicas, signal);
      await pause(this.#random.between(...thinkMs), signal);
    }
  }

  /** Says anew what services there are to be, where that was lost. */
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
   * As the documentation has it: until every engine is registered again and was looked at. What a service had there is back
   * by then; one that is created before is another one, and the old replicas are left over.
   */
  async #awaitEngines(signal: AbortSignal): Promise<void> {
    const missing = new Set(this.#arena.engines.map(({ id }) => id));
    for (let left = mostTries; missing.size > 0 && !this.#isLost(); left--) {
      if (signal.aborted && left <= 0) throw new Error(`engine ${[...missing].join(', ')} was never well again`);
      const server = this.#random.oneOf(this.#customer.answering(this.#arena.servers));
      const { status, body } = await this.#customer.send(server, 'GET', 'engines');
      const engines = status === 200 ? (body.data as { id: string; status: string }[]) : [];
      for (const each of engines) if (each.status === 'ok') missing.delete(each.id);
      if (missing.size > 0) await pause(againAfterMs);
    }
  }

  async #change(name: string, deed: (typeof deeds)[number], replicas: number, signal: AbortSignal): Promise<void> {
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
      // Where an earlier try was carried out without having been answered, this says the same once more.
      await this.#send('PUT', `service/${name}`, body, [200], signal);
    } else {
      await this.#send('DELETE', `service/${name}`, undefined, [202, 404], signal);
      await this.#send('GET', `service/${name}`, undefined, [404], signal);
    }
  }

  /** Until it is answered so, or all that is on record is lost. */
  async #send(
    method: string,
    path: string,
    body: object | undefined,
    enough: readonly number[],
    signal: AbortSignal,
  ): Promise<void> {
    // To the end of what was begun, over the end of the faults too.
    for (let left = mostTries; ; left--) {
      const server = this.#random.oneOf(this.#customer.answering(this.#arena.servers));
      const heard = await this.#customer.send(server, method, path, body);
      if (enough.includes(heard.status) || this.#isLost()) return;
      if (signal.aborted && left <= 0)
        throw new Error(`${method} ${path} was never answered well: ${heard.status} ${heard.code}`);
      await pause(againAfterMs);
    }
  }
}

/** It claims no CPU and no memory: however full the others make the engines, no slot has an excuse to be empty. */
function specOf(version: number): object {
  return {
    image: {
      name: 'demo/busybox:1',
      args: ['sh', '-c', 'trap "exit 0" TERM; httpd -f -p 80 & wait'],
      bind_ports: [{ container_port: 80 }],
      environment: { VERSION: String(version) },
      // An environment is not on labels in clear text.
      user_data: { version: [String(version)] },
    },
    update: { monitor: 0.5, parallelism: 2 },
    grace: 5,
    health,
    shutdown_delay: 1,
  };
}
