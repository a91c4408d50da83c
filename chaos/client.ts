import type { Random } from '../bench/random.ts';
import type { Arena } from './arena.ts';
import { Customer } from './customer.ts';
import { drawBody } from './image-configs.ts';
import { pause } from './pause.ts';
import type { RequestJournal } from './request-journal.ts';
import type { Server } from './server.ts';

export interface ClientOptions {
  readonly name: string;
  readonly arena: Pick<Arena, 'servers' | 'engines'>;
  readonly journal: RequestJournal;
  readonly random: Random;
}

/** So many containers of its own are enough. */
const mostContainers = 8;
const thinkMs = [30, 200] as const;
const mostAttempts = 6;
const againAfterMs = 500;

const deeds = ['run', 'run', 'run', 'run', 'destroy', 'destroy', 'destroy', 'inspect', 'list'] as const;

/** Somebody who runs, lists, inspects and destroys containers without pause, through any server, until the signal. */
export async function playClient({ name, arena, journal, random }: ClientOptions, signal: AbortSignal): Promise<void> {
  const customer = new Customer(name, journal);
  const engineIds = arena.engines.map(({ id }) => id);
  while (!signal.aborted) {
    const server = random.oneOf(customer.answering(arena.servers));
    const unharmed = journal.unharmed();
    const mine = unharmed.filter(({ by }) => by === name);
    const from = performance.now();
    const deed = mine.length < mostContainers ? random.oneOf(deeds) : 'destroy';
    // Now and then somebody else's: two may then be at the same one.
    const choice = random.next() < 0.9 ? mine : unharmed;
    const container = choice[random.between(0, choice.length - 1)]?.container;
    if (deed === 'run') await run(customer, { servers: arena.servers, engineIds, random, signal });
    else if (deed === 'list') await tidyUp(customer, server);
    else if (container && deed === 'destroy') await customer.destroy(server, container.id);
    else if (container) await customer.inspect(server, container.id);
    // A machine that is slow gets fewer requests: one that is only ever short of time shows nothing but that.
    await pause(Math.max(random.between(...thinkMs), performance.now() - from), signal);
  }
}

interface RunOptions {
  readonly servers: Arena['servers'];
  readonly engineIds: readonly string[];
  readonly random: Random;
  readonly signal: AbortSignal;
}

/** Now and then under a key: then the request is repeated, by any server, until the answer stands; and once more. */
async function run(customer: Customer, { servers, engineIds, random, signal }: RunOptions): Promise<void> {
  const tag = customer.newTag();
  const body = drawBody(tag, random, engineIds);
  const isKeyed = random.next() < 0.3;
  for (let left = isKeyed ? mostAttempts : 1; left > 0 && !signal.aborted; left--) {
    const server = random.oneOf(customer.answering(servers));
    const { status, code } = await customer.run(server, tag, body, isKeyed);
    const stands = status > 0 && status < 500 && code !== 'idempotency_running';
    if (stands) left = Math.min(left, random.between(1, 2));
    else await pause(againAfterMs, signal);
  }
}

/** Whoever was not told whether a container runs looks into the list, and removes what he finds. */
async function tidyUp(customer: Customer, server: Server): Promise<void> {
  for (const id of await customer.list(server)) await customer.destroy(server, id);
}
