import type { RunningContainer } from '../../execution/describe-run.ts';
import { type Attempt, partOf } from '../../execution/idempotency/attempt.ts';
import { resumeRun } from '../../execution/idempotency/resume-run.ts';
import { keepLease } from '../../execution/keep-lease.ts';
import { type Places, reserveOnBestEngine } from '../../execution/reserve-on-best-engine.ts';
import type { ReserveOptions } from '../../execution/reserve-options.ts';
import { launchFrom, runContainer } from '../../execution/run-container.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { ignoreNotFound } from '../../model/ignore-not-found.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { NewReservation } from '../../model/reservation.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { Versioned } from '../../store/store.ts';
import { destroyContainer } from './destroy-container.ts';

/** Maximum concurrency per request: the engines are shared with other requests. */
const atOnce = 32;

interface SeveralOptions {
  /** From 1. */
  readonly count: number;
  readonly owner?: string | undefined;
  readonly attempt?: Attempt | undefined;
}

interface SeveralRun {
  readonly containers: readonly RunningContainer[];
  /** The errors of containers that do not run. */
  readonly errors: readonly SatsumaError[];
}

/** Runs as many as possible. Throws the first error if none runs. */
export async function runContainers(
  cluster: Cluster,
  image: ImageConfig,
  several: SeveralOptions,
): Promise<SeveralRun> {
  const semaphore = new Semaphore(atOnce);
  const run = sort(
    await Promise.allSettled(copies(several).map((each) => semaphore.run(() => runContainer(cluster, image, each)))),
  );
  const [first] = run.errors;
  if (first && run.done.length === 0) throw first;
  return { containers: run.done, errors: run.errors };
}

/** A reservation for one of several containers, or the container that an earlier attempt already started. */
type Taken =
  | { readonly container: RunningContainer }
  | { readonly reservation: Versioned<NewReservation>; readonly places: Places; readonly stopRenewing: () => void };

/**
 * Runs all or none: reserves all before the first is started, and removes the started ones if one fails. Throws the
 * first error; its details name containers that could not be removed.
 */
export async function runAllOrNone(
  cluster: Cluster,
  image: ImageConfig,
  several: SeveralOptions,
): Promise<readonly RunningContainer[]> {
  const semaphore = new Semaphore(atOnce);
  const taking = copies(several).map((each) => semaphore.run(() => take(cluster, image, each)));
  const taken = sort(await Promise.allSettled(taking));
  const launching = taken.done.map((each) =>
    taken.errors.length === 0 ? semaphore.run(() => launch(cluster, each)) : giveBack(cluster, each),
  );
  const launched = sort(await Promise.allSettled(launching));
  const containers = launched.done.filter((each) => each !== undefined);
  const [lacking] = taken.errors;
  const error = lacking ? noRoomForAll(lacking, taken.done.length, several.count) : launched.errors[0];
  if (!error) return containers;
  // Another server that took over may have answered with these containers.
  await several.attempt?.confirm();
  throw await undoAll(cluster, containers, error);
}

/** Explains that all together have no room. `fit`: how many of them have. */
function noRoomForAll(error: SatsumaError, fit: number, requested: number): SatsumaError {
  if (!isSatsumaError(error, 'unschedulable') || requested === 1) return error;
  const message = `there is room for ${fit} of ${requested} containers, and all or none were asked for: ${error.message}`;
  return new SatsumaError(error.code, message, {
    cause: error,
    details: { ...Object(error.details), wanted: requested, fit },
  });
}

function copies({ count, owner, attempt }: SeveralOptions): ReserveOptions[] {
  return Array.from({ length: count }, (_, index) => ({ owner, attempt: attempt && partOf(attempt, index) }));
}

async function take(cluster: Cluster, image: ImageConfig, options: ReserveOptions): Promise<Taken> {
  const container = options.attempt?.isRetry ? await resumeRun(cluster, options.attempt) : undefined;
  if (container) return { container };
  const places = reserveOnBestEngine(cluster, image, options);
  const { value: reservation } = await places.next();
  return { reservation, places, stopRenewing: keepLease(cluster, reservation.id) };
}

async function launch(cluster: Cluster, taken: Taken): Promise<RunningContainer> {
  if ('container' in taken) return taken.container;
  taken.stopRenewing();
  return await launchFrom(cluster, taken.reservation, taken.places);
}

/** Releases an unused reservation; returns the container if there is one, for the caller to remove. */
async function giveBack({ store }: Cluster, taken: Taken): Promise<RunningContainer | undefined> {
  if ('container' in taken) return taken.container;
  taken.stopRenewing();
  await store.release(taken.reservation.id);
  return undefined;
}

async function undoAll(
  cluster: Cluster,
  containers: readonly RunningContainer[],
  error: SatsumaError,
): Promise<SatsumaError> {
  const semaphore = new Semaphore(atOnce);
  const removing = containers.map(({ id, engine }) =>
    semaphore.run(async () => {
      await destroyContainer(cluster, id, engine.id).catch(ignoreNotFound);
    }),
  );
  const outcomes = await Promise.allSettled(removing);
  const left = containers.filter((_, index) => outcomes[index]?.status === 'rejected');
  if (left.length === 0) return error;
  const ids = left.map(({ id }) => id);
  cluster.logger.warn({ containerIds: ids }, 'containers of a request that failed not removed');
  return new SatsumaError(error.code, `${error.message}; not removed again: ${ids.join(', ')}`, {
    cause: error,
    details: { error: error.details, left: ids },
  });
}

/** Throws anything but a SatsumaError: it is a bug. */
function sort<T>(outcomes: readonly PromiseSettledResult<T>[]): {
  readonly done: T[];
  readonly errors: SatsumaError[];
} {
  const done: T[] = [];
  const errors: SatsumaError[] = [];
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') done.push(outcome.value);
    else if (isSatsumaError(outcome.reason)) errors.push(outcome.reason);
    else throw outcome.reason;
  }
  return { done, errors };
}
