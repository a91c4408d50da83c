import type { Random } from '../bench/random.ts';
import type { Arena } from './arena.ts';
import { Customer } from './customer.ts';
import { drawBody } from './image-configs.ts';
import { pause } from './pause.ts';
import type { RequestJournal } from './request-journal.ts';
import type { Server } from './server.ts';

interface ClientOptions {
  readonly name: string;
  readonly arena: Pick<Arena, 'servers' | 'engines'>;
  readonly journal: RequestJournal;
  readonly random: Random;
}

/** Maximum number of its own containers. */
const maxContainers = 8;
const thinkMs = [30, 200] as const;
const maxAttempts = 6;
const againAfterMs = 500;

const deeds = ['run', 'run', 'run', 'run', 'destroy', 'destroy', 'destroy', 'inspect', 'list'] as const;

/**
 * A client that runs, lists, inspects and destroys containers continuously through any server, until the signal aborts.
 */
export async function playClient({ name, arena, journal, random }: ClientOptions, signal: AbortSignal): Promise<void> {
  const customer = new Customer(name, journal);
  const engineIds = arena.engines.map(({ id }) => id);
  while (!signal.aborted) {
    const server = random.oneOf(customer.answering(arena.servers));
    const unharmed = journal.unharmed();
    const mine = unharmed.filter(({ by }) => by === name);
    const from = performance.now();
    const deed = mine.length < maxContainers ? random.oneOf(deeds) : 'destroy';
    // Sometimes uses a container of another client, so that two may work on the same one.
    const choice = random.next() < 0.9 ? mine : unharmed;
    const container = choice[random.between(0, choice.length - 1)]?.container;
    if (deed === 'run') await run(customer, { servers: arena.servers, engineIds, random, signal });
    else if (deed === 'list') await tidyUp(customer, server);
    else if (container && deed === 'destroy') await customer.destroy(server, container.id);
    else if (container) await customer.inspect(server, container.id);
    // Adapts to slow machines: on an overloaded one, only timeouts would be tested.
    await pause(Math.max(random.between(...thinkMs), performance.now() - from), signal);
  }
}

interface RunOptions {
  readonly servers: Arena['servers'];
  readonly engineIds: readonly string[];
  readonly random: Random;
  readonly signal: AbortSignal;
}

/**
 * Sometimes with an idempotency key: then the request is repeated with any server until it is answered, and once more.
 */
async function run(customer: Customer, { servers, engineIds, random, signal }: RunOptions): Promise<void> {
  const tag = customer.newTag();
  const body = drawBody(tag, random, engineIds);
  const isKeyed = random.next() < 0.3;
  for (let left = isKeyed ? maxAttempts : 1; left > 0 && !signal.aborted; left--) {
    const server = random.oneOf(customer.answering(servers));
    const { status, code } = await customer.run(server, tag, body, isKeyed);
    const stands = status > 0 && status < 500 && code !== 'idempotency_running';
    if (stands) left = Math.min(left, random.between(1, 2));
    else await pause(againAfterMs, signal);
  }
}

/** Finds containers whose requests were not answered in the list, and removes them. */
async function tidyUp(customer: Customer, server: Server): Promise<void> {
  for (const id of await customer.list(server)) await customer.destroy(server, id);
}
