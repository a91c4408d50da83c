import type { Random } from '../bench/random.ts';
import { drawBody } from './image-configs.ts';
import { JournaledClient } from './journaled-client.ts';
import { pause } from './pause.ts';
import type { RequestJournal } from './request-journal.ts';
import type { Server } from './server.ts';
import type { TestCluster } from './test-cluster.ts';

interface ClientOptions {
  readonly name: string;
  readonly testCluster: Pick<TestCluster, 'servers' | 'engines'>;
  readonly journal: RequestJournal;
  readonly random: Random;
}

/** Maximum number of its own containers. */
const maxContainers = 8;
const thinkMs = [30, 200] as const;
const maxAttempts = 6;
const againAfterMs = 500;

const actions = ['run', 'run', 'run', 'run', 'destroy', 'destroy', 'destroy', 'inspect', 'list'] as const;

/**
 * A client that runs, lists, inspects and destroys containers continuously through any server, until the signal aborts.
 */
export async function runClient(
  { name, testCluster, journal, random }: ClientOptions,
  signal: AbortSignal,
): Promise<void> {
  const journaled = new JournaledClient(name, journal);
  const engineIds = testCluster.engines.map(({ id }) => id);
  while (!signal.aborted) {
    const server = random.oneOf(journaled.answering(testCluster.servers));
    const unharmed = journal.unharmed();
    const mine = unharmed.filter(({ by }) => by === name);
    const from = performance.now();
    const deed = mine.length < maxContainers ? random.oneOf(actions) : 'destroy';
    // Sometimes uses a container of another client, so that two may work on the same one.
    const choice = random.next() < 0.9 ? mine : unharmed;
    const container = choice[random.between(0, choice.length - 1)]?.container;
    if (deed === 'run') await run(journaled, { servers: testCluster.servers, engineIds, random, signal });
    else if (deed === 'list') await tidyUp(journaled, server);
    else if (container && deed === 'destroy') await journaled.destroy(server, container.id);
    else if (container) await journaled.inspect(server, container.id);
    // Adapts to slow machines: on an overloaded one, only timeouts would be tested.
    await pause(Math.max(random.between(...thinkMs), performance.now() - from), signal);
  }
}

interface RunOptions {
  readonly servers: TestCluster['servers'];
  readonly engineIds: readonly string[];
  readonly random: Random;
  readonly signal: AbortSignal;
}

/**
 * Sometimes with an idempotency key: then the request is repeated with any server until it is answered, and once more.
 */
async function run(journaled: JournaledClient, { servers, engineIds, random, signal }: RunOptions): Promise<void> {
  const tag = journaled.newTag();
  const body = drawBody(tag, random, engineIds);
  const isKeyed = random.next() < 0.3;
  for (let left = isKeyed ? maxAttempts : 1; left > 0 && !signal.aborted; left--) {
    const server = random.oneOf(journaled.answering(servers));
    const { status, code } = await journaled.run(server, tag, body, isKeyed);
    const stands = status > 0 && status < 500 && code !== 'idempotency_running';
    if (stands) left = Math.min(left, random.between(1, 2));
    else await pause(againAfterMs, signal);
  }
}

/** Finds containers whose requests were not answered in the list, and removes them. */
async function tidyUp(journaled: JournaledClient, server: Server): Promise<void> {
  for (const id of await journaled.list(server)) await journaled.destroy(server, id);
}
