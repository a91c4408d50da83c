import type { ImageConfig } from '../model/image-config.ts';
import type { NewReservation } from '../model/reservation.ts';
import type { Cluster } from '../state/cluster.ts';
import type { Versioned } from '../store/store.ts';
import type { RunningContainer } from './describe-run.ts';
import { resumeRun } from './idempotency/resume-run.ts';
import { type LaunchOptions, launchContainer } from './launch-container.ts';
import { type Places, reserveOnBestEngine } from './reserve-on-best-engine.ts';
import type { ReserveOptions } from './reserve-options.ts';

/**
 * Runs a container on the best feasible engine: chooses from the cache, reserves, creates and starts, and on a failure
 * continues with the next engine. Throws `unknown_type`, `unschedulable` with an Explanation, `no_such_image`, or the
 * engine's error.
 */
export async function runContainer(
  cluster: Cluster,
  image: ImageConfig,
  options: ReserveOptions & LaunchOptions = {},
): Promise<RunningContainer> {
  const left = options.attempt?.isRetry ? await resumeRun(cluster, options.attempt, options) : undefined;
  if (left) return left;
  const places = reserveOnBestEngine(cluster, image, options);
  const { value } = await places.next();
  return await launchFrom(cluster, value, places, options);
}

/** Launches at `place`, and after a failure that another engine may avoid, at the next of `places`. */
export async function launchFrom(
  cluster: Cluster,
  place: Versioned<NewReservation>,
  places: Places,
  options: LaunchOptions = {},
): Promise<RunningContainer> {
  for (let reservation = place; ; ) {
    const outcome = await launchContainer(cluster, reservation, options);
    if (outcome.ok) return outcome.container;
    ({ value: reservation } = await places.next(outcome.error));
  }
}
