import type { EngineRecord } from '../../model/engine.ts';
import { type ErrorCode, isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import { withTimeout } from '../../runtime/with-timeout.ts';
import { timestamp } from '../clock.ts';
import type { Cluster } from '../cluster.ts';
import { withEngineTimeout } from '../with-engine-timeout.ts';
import { isAlive } from './container-view.ts';

/**
 * How long a consistent read waits for inspections. Each container needs one in its lifetime; after a start with
 * thousands of containers they take longer.
 */
const inspectionsMs = 1_000;

/**
 * The number of engines queried at once, because their responses are held in memory. A slow engine releases its slot
 * early, so that hanging engines do not queue up.
 */
const asked = 64;
const placeMs = 50;

/** An engine that did not answer. */
export interface EngineFailure {
  readonly engine: string;
  readonly code: ErrorCode;
  readonly message: string;
  /** RFC 3339. */
  readonly since: string;
}

interface AskOptions {
  /** Also inspect stopped containers. */
  readonly all?: boolean;
}

/**
 * Lists the containers of the engines now, so that the cache is at least this recent. Returns the engines that did not
 * answer; engines known to be down are not waited for.
 */
export async function askEngines(
  cluster: Cluster,
  engines: readonly EngineRecord[],
  options: AskOptions = {},
): Promise<EngineFailure[]> {
  const semaphore = new Semaphore(asked);
  const answers = await Promise.all(
    engines.map(async (engine) => {
      const answer = await semaphore.run(async () => {
        const asking = ask(cluster, engine, options);
        await withTimeout(placeMs, asking);
        return { asking };
      });
      return await answer.asking;
    }),
  );
  return answers.filter((answer) => answer !== undefined);
}

/** The failure of an engine that is known to be unavailable; undefined if it is fine. */
export function knownFailure(
  { cache }: Pick<Cluster, 'cache'>,
  { id, condition, error: message = '', since }: EngineRecord,
): EngineFailure | undefined {
  if (condition === 'down') return { engine: id, code: 'engine_unreachable', message, since };
  if (cache.observation(id).observedAt !== '') return undefined;
  return { engine: id, code: 'engine_unreachable', message: `engine ${id} has not answered yet`, since };
}

/** The failure of a query. */
export function failureOf(
  { clock }: Pick<Cluster, 'clock'>,
  engine: string,
  { code, message }: SatsumaError,
): EngineFailure {
  return { engine, code, message, since: timestamp(clock) };
}

/** Throws `engine_unreachable` for an engine that is known to be down, without querying it. */
export function refuseDown({ id, condition, error = '' }: EngineRecord): void {
  if (condition === 'down') throw new SatsumaError('engine_unreachable', `engine ${id} is down: ${error}`);
}

async function ask(cluster: Cluster, engine: EngineRecord, options: AskOptions): Promise<EngineFailure | undefined> {
  if (engine.condition === 'down') return knownFailure(cluster, engine);
  try {
    await withEngineTimeout(list(cluster, engine, options), engine.id);
    return undefined;
  } catch (error) {
    if (!isSatsumaError(error)) throw error;
    return failureOf(cluster, engine.id, error);
  }
}

async function list(
  { cache, pool, details, clock }: Cluster,
  engine: EngineRecord,
  { all = false }: AskOptions,
): Promise<void> {
  const client = pool.client(engine);
  const askedAt = clock.now();
  const listed = await client.listContainers();
  details.keepOnly(engine.id, listed, cache.reservations(engine.id));
  cache.containers.replace(engine.id, listed, askedAt);
  const shown = listed.filter((each) => all || isAlive(each));
  await details.soon(inspectionsMs, engine.id, client, shown);
}
