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
export async function playPlanner({ arena, told, random }: PlannerOptions, signal: AbortSignal): Promise<void> {
  const customer = new Customer('planner', told);
  const send = async (method: string, path: string, body: object | undefined, enough: readonly number[]) => {
    // To the end of what was begun, over the end of the faults too.
    for (let left = mostTries; ; left--) {
      const heard = await customer.send(random.oneOf(customer.answering(arena.servers)), method, path, body);
      if (enough.includes(heard.status)) return;
      if (signal.aborted && left <= 0)
        throw new Error(`${method} ${path} was never answered well: ${heard.status} ${heard.code}`);
      await pause(againAfterMs);
    }
  };
  let version = 0;
  while (!signal.aborted) {
    const name = random.oneOf(names);
    const plan = told.services.get(name);
    const deed = random.oneOf(deeds);
    const replicas = random.between(0, mostReplicas);
    if (!plan) {
      version += 1;
      await send('POST', 'service', { name, replicas, ...specOf(version) }, [201, 409]);
      // Where an earlier try was carried out without having been answered, this says the same once more.
      await send('PUT', `service/${name}`, { replicas, ...specOf(version) }, [200]);
      told.services.set(name, { replicas, version });
    } else if (deed === 'scale') {
      await send('POST', `service/${name}/scale`, { replicas }, [200]);
      told.services.set(name, { ...plan, replicas });
    } else if (deed === 'update') {
      version += 1;
      await send('PUT', `service/${name}`, specOf(version), [200]);
      told.services.set(name, { ...plan, version });
    } else {
      told.services.delete(name);
      await send('DELETE', `service/${name}`, undefined, [202, 404]);
      await send('GET', `service/${name}`, undefined, [404]);
    }
    await pause(random.between(...thinkMs), signal);
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
