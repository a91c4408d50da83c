import type { EngineClient } from '../engines/engine-client.ts';
import { labelsOf } from '../labels/container-labels.ts';
import type { EngineRecord } from '../model/engine.ts';
import { type ErrorCode, isSatsumaError, SatsumaError } from '../model/errors.ts';
import type { ImageConfig } from '../model/image-config.ts';
import { neededImages } from '../model/image-needs.ts';
import { withPlacedValues } from '../model/placed-values.ts';
import type { NewReservation } from '../model/reservation.ts';
import type { Cluster } from '../state/cluster.ts';
import { removeFromEngine } from '../state/containers/remove-from-engine.ts';
import { takeRecord } from '../state/containers/take-record.ts';
import { policyOf } from '../state/policies.ts';
import type { Versioned } from '../store/store.ts';
import { describeRunning, describeUnstarted, type RunningContainer } from './describe-run.ts';
import { findOrigin } from './find-origin.ts';
import { pullImage } from './images/pull-image.ts';
import { keepLease } from './keep-lease.ts';
import { isFailedStart, noteFailedStart, noteStart } from './note-start.ts';
import type { ReserveOptions } from './reserve-options.ts';
import { afterLostCreate, afterLostStart } from './retry-during-restart.ts';
import { startWithSecrets } from './secrets/start-with-secrets.ts';
import { withResolvers } from './with-resolvers.ts';

/** `ok: false`: it does not run on this engine and will not; another engine may be tried. */
type LaunchOutcome =
  | { readonly ok: true; readonly container: RunningContainer }
  | { readonly ok: false; readonly error: SatsumaError };

/** Errors for which the next candidate engine is tried, before and after creation. */
export const movesOn = {
  creating: [
    ...(['name_taken', 'no_such_image', 'pull_failed', 'engine_unreachable', 'engine_certificate'] as const),
    ...(['engine_failed', 'engine_lacks'] as const),
  ],
  starting: ['port_taken', 'engine_failed', 'engine_lacks'],
} as const satisfies Record<string, readonly ErrorCode[]>;

export interface LaunchOptions extends Pick<ReserveOptions, 'isLeftUnstarted'> {
  /** Pulls the image first, unless the policy is `never`. If the pull fails, the engine's copy is used. */
  readonly isImageRefreshed?: boolean;
  /** With `isLeftUnstarted`: the container is not removed, however long it stays unstarted. */
  readonly isKept?: boolean;
  /** Aborts when nobody waits any longer: an image is not pulled to the end then, and no container is created. */
  readonly abandonSignal?: AbortSignal | undefined;
}

/** Turns a reservation into a running container, or undoes it. */
export async function launchContainer(
  cluster: Cluster,
  place: Versioned<NewReservation>,
  options: LaunchOptions = {},
): Promise<LaunchOutcome> {
  const { value: reservation } = place;
  const { value: engine } = cluster.cache.engine(reservation.engineId);
  const client = cluster.pool.client(engine);
  const stopRenewing = keepLease(cluster, reservation.id);
  let containerId: string | undefined;
  let { version } = place;
  try {
    containerId = await create(cluster, client, engine, reservation, options);
    if (options.isLeftUnstarted) {
      version = await bind(cluster, place, containerId);
      return { ok: true, container: describeUnstarted(cluster, reservation, containerId) };
    }
    const [started, bound] = await startAndBind(cluster, client, place, containerId);
    if (bound.status === 'fulfilled') version = bound.value;
    if (started.status === 'rejected') throw started.reason;
    if (bound.status === 'rejected') throw bound.reason;
    // Its record was written during the start, and a list may have shown it as created.
    cluster.cache.containers.presume({ ...reservation, state: 'bound', containerId });
    const { id, name } = reservation;
    cluster.logger.info({ engineId: engine.id, containerId, name, reservationId: id }, 'container started');
    await noteStart(cluster, engine.id);
    return { ok: true, container: await describeRunning(cluster, reservation, containerId) };
  } catch (error) {
    if (!isSatsumaError(error)) throw error;
    if (isFailedStart(error)) await noteFailedStart(cluster, engine.id, error);
    // The engine's state is unknown: the reservation stays until reconciliation.
    if (error.code !== 'engine_timeout') await undo(cluster, client, { ...place, version }, containerId);
    const better = containerId === undefined ? movesOn.creating : movesOn.starting;
    if (isSatsumaError(error, ...better)) return { ok: false, error };
    throw error;
  } finally {
    stopRenewing();
  }
}

/** Creates the container, and pulls the image only if the engine lacks it. */
async function create(
  cluster: Cluster,
  client: EngineClient,
  engine: EngineRecord,
  reservation: NewReservation,
  { isImageRefreshed = false, isKept, abandonSignal }: LaunchOptions,
): Promise<string> {
  const { name } = reservation;
  const image = withPlacedValues(reservation.image, engine);
  const maximumCpus = engine.daemon?.cpus ?? engine.cpus;
  const context = {
    daemonId: engine.daemon?.id,
    epoch: cluster.cache.epoch,
    origin: await findOrigin(cluster, reservation),
    isKept,
  };
  const labels = labelsOf(cluster.installation, reservation, context);
  const body = withResolvers(image, cluster.settings, reservation.replica !== undefined);
  const spec = { image: body, policy: policyOf(cluster, image), name, labels, maximumCpus };
  if (image.pull === 'always') await pull(cluster, engine, reservation, { abandonSignal });
  else if (isImageRefreshed && image.pull !== 'never') await refresh(cluster, engine, reservation, abandonSignal);
  const { id: reservationId, engineId } = reservation;
  const createNow = async () => {
    const began = performance.now();
    return await client
      .createContainer(spec)
      .catch((error: unknown) => afterLostCreate(cluster, { engineId, reservationId, began, error }));
  };
  try {
    return await createNow();
  } catch (error) {
    if (image.pull === 'never' || !isSatsumaError(error, 'no_such_image')) throw error;
    for (const name of await missingImages(client, image))
      await pull(cluster, engine, reservation, { name, abandonSignal });
    return await createNow();
  }
}

/** As Docker's services: if the registry is unreachable, or lacks the image, the engine's copy is used. */
async function refresh(
  cluster: Cluster,
  engine: EngineRecord,
  reservation: NewReservation,
  abandonSignal: AbortSignal | undefined,
): Promise<void> {
  await pull(cluster, engine, reservation, { abandonSignal }).catch((error: unknown) => {
    if (!isSatsumaError(error, 'pull_failed', 'no_such_image')) throw error;
    cluster.logger.warn(
      { err: error, engineId: engine.id },
      'image not refreshed: using the copy on the engine if there is one',
    );
  });
}

/**
 * The missing images after the engine reported one, which is only named in the message. Mounted images are checked; if
 * all exist, it is the container's own.
 */
async function missingImages(client: EngineClient, image: ImageConfig): Promise<string[]> {
  const [own, ...mounted] = neededImages(image);
  if (own === undefined || mounted.length === 0) return [image.name];
  const found = await Promise.all(
    [own, ...new Set(mounted)].map(async (name) => ((await isThere(client, name)) ? [] : [name])),
  );
  const missing = found.flat();
  return missing.length > 0 ? missing : [own];
}

async function isThere(client: EngineClient, name: string): Promise<boolean> {
  try {
    await client.inspectImage(name);
    return true;
  } catch (error) {
    if (isSatsumaError(error, 'no_such_image')) return false;
    throw error;
  }
}

/** An unreachable registry is not a refusal by the engine: another engine may have the image. */
async function pull(
  cluster: Cluster,
  engine: EngineRecord,
  { name: container, image }: NewReservation,
  { name = image.name, abandonSignal }: { readonly name?: string; readonly abandonSignal: AbortSignal | undefined },
): Promise<void> {
  const { platform } = image;
  await pullImage(cluster, engine, { name, platform, container, signal: abandonSignal }).catch((error: unknown) => {
    if (abandonSignal?.aborted) throw abandoned(error);
    if (!isSatsumaError(error, 'engine_refused', 'engine_timeout', 'too_many_readers')) throw error;
    throw new SatsumaError('pull_failed', error.message, { cause: error });
  });
  if (abandonSignal?.aborted) throw abandoned(abandonSignal.reason);
}

/** No other engine is tried. */
function abandoned(cause: unknown): SatsumaError {
  const message = 'nobody waits for the container any longer, so it was not created, and its place was given back';
  return new SatsumaError('reservation_lost', message, { cause });
}

/** The record is written during the start, which takes a hundred times as long. */
function startAndBind(
  cluster: Cluster,
  client: EngineClient,
  place: Versioned<NewReservation>,
  containerId: string,
): Promise<[PromiseSettledResult<void>, PromiseSettledResult<number>]> {
  const { id: reservationId, engineId, image } = place.value;
  const start = async () => {
    const began = performance.now();
    await client
      .startContainer(containerId)
      .catch((error: unknown) => afterLostStart(cluster, { engineId, reservationId, began, error }));
  };
  return Promise.allSettled([
    startWithSecrets(cluster, client, { id: containerId, image }, start),
    bind(cluster, place, containerId),
  ]);
}

/** Returns the record's version. Throws `reservation_lost` if the record was taken over. */
export async function bind(
  { store, cache }: Cluster,
  { id, value, version: ifVersion }: Versioned<NewReservation>,
  containerId: string,
): Promise<number> {
  const version = await store.bind(id, containerId, { ifVersion });
  if (version === undefined) {
    throw new SatsumaError('reservation_lost', 'starting took longer than the lease, and the place was given away');
  }
  cache.apply({ kind: 'reservation', id, version, value: { ...value, state: 'bound', containerId } });
  return version;
}

/**
 * Removes the container and releases its claims, as far as engine and store respond. With an `Idempotency-Key`, another
 * attempt may already have returned this container: it is removed only if its record can be taken.
 */
export async function undo(
  cluster: Cluster,
  client: EngineClient,
  place: Versioned<NewReservation>,
  containerId: string | undefined,
): Promise<void> {
  const { store, logger } = cluster;
  const { id, engineId, operationId } = place.value;
  try {
    if (containerId !== undefined) {
      const isOurs = operationId === undefined || (await takeRecord(cluster, place, containerId)) !== undefined;
      if (!isOurs) {
        logger.info({ engineId, containerId, reservationId: id }, 'not undone: the record was taken over');
        return;
      }
      await removeFromEngine(cluster, client, { engineId, containerId });
    }
    await store.release(id);
  } catch (error) {
    logger.warn({ err: error, engineId, containerId, reservationId: id }, 'not undone, left to reconciliation');
  }
}
