import type { Random } from '../bench/random.ts';
import type { Arena } from './arena.ts';
import { Customer } from './customer.ts';
import { pause } from './pause.ts';
import type { Told } from './told.ts';

export interface PlannerOptions {
  readonly arena: Pick<Arena, 'servers'>;
  readonly told: Told;
  readonly random: Random;
}

const names = ['front', 'middle', 'back'] as const;
const mostReplicas = 6;
const thinkMs = [500, 3_000] as const;
const againAfterMs = 500;
const mostTries = 120;
/** Longer than it takes until every engine was looked at whole. */
const returnsWithinMs = 15_000;
const deeds = ['scale', 'scale', 'scale', 'update', 'update', 'remove'] as const;

/** What a service is to be. */
export interface Plan {
  readonly replicas: number;
  /** Of the image: a variable of its environment. */
  readonly version: number;
}

/**
 * Somebody who keeps services and changes his mind all the time. Each request is repeated until it is answered, so that
 * in the end he knows what he asked for last, and everything there is can be held against it.
 */
export class Planner {
  readonly #arena: PlannerOptions['arena'];
  readonly #told: Told;
  readonly #random: Random;
  readonly #customer: Customer;
  #version = 0;
  /** How many of the losses of all that is on record were made good. */
  #losses = 0;

  constructor({ arena, told, random }: PlannerOptions) {
    this.#arena = arena;
    this.#told = told;
    this.#random = random;
    this.#customer = new Customer('planner', told);
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
    while (this.#losses < this.#told.losses) {
      this.#losses = this.#told.losses;
      await Promise.all(names.map((name) => this.#awaitReturn(name)));
      for (const name of names) await this.#ensure(name, this.#told.services.get(name), signal);
    }
  }

  /** A service comes back from the labels of its replicas. One that had none does not, and nothing else tells of it. */
  async #awaitReturn(name: string): Promise<void> {
    for (const until = performance.now() + returnsWithinMs; performance.now() < until; await pause(againAfterMs)) {
      const server = this.#random.oneOf(this.#customer.answering(this.#arena.servers));
      if ((await this.#customer.send(server, 'GET', `service/${name}`)).status === 200) return;
    }
  }

  async #change(name: string, deed: (typeof deeds)[number], replicas: number, signal: AbortSignal): Promise<void> {
    const { services } = this.#told;
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
      if (enough.includes(heard.status) || this.#losses < this.#told.losses) return;
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
      environment: { VERSION: String(version) },
      // An environment is not on labels in clear text.
      user_data: { version: [String(version)] },
    },
    update: { monitor: 0.5, parallelism: 2 },
    grace: 5,
    shutdown_delay: 0,
  };
}
