import type { EngineSnapshot } from '../model/engine-snapshot.ts';
import { isSatsumaError, SatsumaError } from '../model/errors.ts';
import type { Fleet } from '../model/fleet.ts';
import type { ImageConfig } from '../model/image-config.ts';
import { canonicalImageName } from '../model/image-name.ts';
import type { NewReservation } from '../model/reservation.ts';
import type { RowSet } from '../model/row-set.ts';
import { withoutClaims } from '../placement/claims.ts';
import { type Explanation, explain, explainWithAdvice } from '../placement/explain.ts';
import type { EngineRejection, Placement, PlaceRequest } from '../placement/place.ts';
import { only } from '../placement/row-filter.ts';
import type { Cluster } from '../state/cluster.ts';
import { refuseByPolicy } from '../state/policies.ts';
import { refuseWithoutSize } from '../state/quota-exceeded.ts';
import type { Versioned } from '../store/store.ts';
import { AwaitRestart } from './await-restart.ts';
import { placeNow, schedulersOf } from './place-now.ts';
import { refuseFullQuota } from './quota-room.ts';
import { reserveOn } from './reserve-on.ts';
import type { ReserveOptions } from './reserve-options.ts';
import { nameTaken, refuseTakenName } from './taken-name.ts';

/** In each round, every feasible engine was lost to concurrent reservations; beyond this, the request fails. */
const maximumRounds = 10;
/** After this many failing engines in a row, the request fails: most likely all would. */
const maximumBroken = 8;

/** An engine that failed although its claims fit, with the error. */
interface Fault {
  readonly engine: EngineSnapshot;
  readonly error: SatsumaError;
}

/** Yields reservations on one engine after the other, best first: pass each `next` why the last one failed. */
export type Places = AsyncGenerator<Versioned<NewReservation>, never, SatsumaError>;

/**
 * Chooses an engine from the cache and reserves; if the engine fails, chooses again without it. Throws `unknown_type`,
 * `name_taken`, `forbidden` by its policy, `quota_exceeded`, `unschedulable` with an Explanation, `store_unavailable`,
 * or the engines' error.
 */
export async function* reserveOnBestEngine(cluster: Cluster, image: ImageConfig, options: ReserveOptions = {}): Places {
  try {
    refuseByPolicy(cluster, image);
    refuseWithoutSize(cluster, image);
    if (!options.isAtRest) await refuseFullQuota(cluster, image, options);
    return yield* tryEngines(cluster, image, options);
  } catch (error) {
    if (isSatsumaError(error)) cluster.placementCounter.ended(error.code);
    throw error;
  }
}

async function* tryEngines(cluster: Cluster, image: ImageConfig, options: ReserveOptions): Places {
  // A container that is rescheduled after an engine loss does without its volumes.
  const isFree = options.replica !== undefined || options.replaces !== undefined;
  const schedulers = await schedulersOf(cluster, image, { isFree });
  const turn = cluster.placementCounter.take();
  const faults = earlierFaults(cluster, options);
  // Explanations are only computed for direct requests; for services and jobs they are computed when read.
  const isAsked = options.replica === undefined && options.task === undefined;
  // Control loops retry by themselves.
  const restarts = isAsked && options.replaces === undefined ? new AwaitRestart(cluster) : undefined;
  // Round 0 only tries the preferred engine; its failure is not final.
  for (let round = options.first === undefined ? 1 : 0; ; round++) {
    await refuseTakenName(cluster, image, options);
    const onlyOn = round === 0 ? options.first : options.onlyOn;
    const filter = (fleet: Fleet, rows: RowSet) => {
      if (onlyOn !== undefined) only(onlyOn)(fleet, rows);
      excludeFaultyEngines(faults, image, fleet, rows);
    };
    const placement = placeNow(cluster, {
      image: options.isAtRest ? withoutClaims(image) : image,
      schedulers,
      turn,
      service: options.replica?.service,
      avoid: options.avoid,
      ...(faults.size === 0 && onlyOn === undefined ? {} : { filter }),
    });
    for (const candidate of placement.candidates) {
      const reservation = await reserveOn(cluster, { candidate, placement, image, schedulers, ...options });
      if (!reservation) continue;
      cluster.placementCounter.ended('reserved');
      const error = yield reservation;
      // Another container that is not cached yet: on another engine, the name would exist twice.
      if (error.code === 'name_taken' && cluster.settings.nameScope === 'cluster') {
        throw nameTaken(reservation.value.name, candidate.engine.id);
      }
      faults.set(candidate.engine.id, { engine: candidate.engine, error });
      restarts?.note(candidate.engine.id, error);
      if ([...faults.values()].filter(isBroken).length === maximumBroken) throw lacking(placement, faults) ?? error;
      if (isOfImage(error)) break;
    }
    // The cache may be outdated: refresh it before refusing.
    if (round > 1 && (placement.candidateCount === 0 || round === maximumRounds)) {
      const named = nameBeingTaken(cluster, image, placement);
      if (named === undefined && (await restarts?.wait(faults, { image, schedulers, onlyOn }))) {
        await cluster.cache.catchUp();
        round = 0;
        continue;
      }
      // An unavailable store may be the actual reason, because engines are registered there.
      await cluster.store.ping();
      if (cluster.cache.engines().length === 0) throw noEngine(explain([]));
      throw named ?? failure(placement, faults, isAsked ? { image, schedulers } : undefined);
    }
    await cluster.cache.catchUp();
  }
}

function earlierFaults({ cache }: Cluster, { failed }: ReserveOptions): Map<string, Fault> {
  if (!failed || !cache.hasEngine(failed.engineId)) return new Map();
  const { engineId, error } = failed;
  return new Map([[engineId, { engine: cache.snapshot(engineId), error }]]);
}

/** If an image could not be pulled on one engine, only engines that have it can help. */
function excludeFaultyEngines(
  faults: ReadonlyMap<string, Fault>,
  { name }: ImageConfig,
  fleet: Fleet,
  rows: RowSet,
): void {
  for (const { engine, error } of faults.values()) {
    const row = fleet.row(engine.id);
    if (row !== undefined) rows.delete(row);
    if (isOfImage(error)) rows.retain(fleet.rowsWithImage(canonicalImageName(name)));
  }
}

function isOfImage(error: SatsumaError): boolean {
  return isSatsumaError(error, 'no_such_image', 'pull_failed');
}

/** The engine failed for other reasons than occupied claims or a missing image. */
function isBroken({ error }: Fault): boolean {
  return !isOfImage(error) && !isSatsumaError(error, 'port_taken', 'name_taken');
}

/** A concurrent request is about to take the name, without a record yet. */
function nameBeingTaken(
  { settings }: Cluster,
  { container_name: name }: ImageConfig,
  placement: Placement,
): SatsumaError | undefined {
  if (name === undefined || settings.nameScope === 'engine') return undefined;
  const rejection = placement.rejections().find(({ code }) => code === 'name_taken');
  return rejection && nameTaken(name, rejection.engine.id);
}

function failure(
  placement: Placement,
  byEngine: ReadonlyMap<string, Fault>,
  asked: Pick<PlaceRequest, 'image' | 'schedulers'> | undefined,
): SatsumaError {
  const faults = [...byEngine.values()];
  const missing = faults.find(({ error }) => isOfImage(error));
  if (missing) return missing.error;
  const lack = lacking(placement, byEngine);
  if (lack) return lack;
  const rejections = placement.rejections();
  const broken = faults.find(isBroken);
  if (broken && rejections.length === 0) return broken.error;
  const all = [...rejections, ...faults.map(rejectionOf)];
  return unschedulable(asked ? explainWithAdvice(all, asked) : explain(all));
}

/** If an engine lacks something, the errors of all engines: first those that were tried. */
function lacking(placement: Placement, byEngine: ReadonlyMap<string, Fault>): SatsumaError | undefined {
  const faults = [...byEngine.values()];
  const lack = faults.find(({ error }) => isSatsumaError(error, 'engine_lacks'));
  const rejections = [...faults.map(rejectionOf), ...placement.rejections()];
  return lack && unschedulable(explain(rejections), lack.error);
}

/** Removes the engine's name and ids from a message, so that equal reasons of several engines are grouped. */
function rejectionOf({ engine, error }: Fault): EngineRejection {
  const message = error.message.replace(/^engine \S+ \(\S+\) /, '').replace(/ \b[0-9a-f]{64}\b/g, '');
  return { engine, code: error.code, message };
}

function noEngine(details: Explanation): SatsumaError {
  return new SatsumaError('unschedulable', 'no engine is registered: satsuma engine add', { details });
}

/** `cause`: the error of an engine that lacks something. */
export function unschedulable(details: Explanation, cause?: SatsumaError): SatsumaError {
  return new SatsumaError('unschedulable', 'no eligible engines to run image', { details, ...(cause && { cause }) });
}
