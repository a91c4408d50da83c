import { resyncEngine } from '../../engine-sync/resync-engine.ts';
import type { EngineClient } from '../../engines/engine-client.ts';
import { operationLabel, reservationLabel } from '../../labels/container-labels.ts';
import { readLabels } from '../../labels/read-labels.ts';
import type { ContainerSummary } from '../../model/container.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { Reservation } from '../../model/reservation.ts';
import type { Cluster } from '../../state/cluster.ts';
import { bare } from '../../state/containers/stopped.ts';
import { takeRecord } from '../../state/containers/take-record.ts';
import type { Versioned } from '../../store/store.ts';
import { describeRunning, describeUnstarted, type RunningContainer } from '../describe-run.ts';
import { ignoreEngineError } from '../ignore-engine-error.ts';
import { keepLease } from '../keep-lease.ts';
import { bind, type LaunchOptions, undo } from '../launch-container.ts';
import { isFailedStart, noteFailedStart, noteStart } from '../note-start.ts';
import { startWithSecrets } from '../secrets/start-with-secrets.ts';
import type { RunAttempt } from './attempt.ts';

/** A record of the request, with its container. */
interface Piece {
  readonly record: Reservation;
  /** The version of the record. */
  readonly version: number;
  readonly engine: EngineRecord;
  readonly client: EngineClient;
  readonly container: ContainerSummary | undefined;
}

type BoundPiece = Piece & { readonly record: Extract<Reservation, { state: 'bound' }> };

/**
 * Completes the leftovers of earlier attempts at a run; undefined: there are none, and it can be repeated.
 *
 * - A recorded container that was started, even if the server died before answering: it is the answer. One that has
 *   ended is not restarted.
 * - Recorded but never started: started now, or undone if the engine refuses; if it is to be left unstarted, it is the
 *   answer.
 * - Only reserved: waits until the lease expires. Reconciliation then binds the container if it was started, removes it
 *   if it was not, and releases the reservation if there is none.
 * - Containers without a record (lost by the store): waits until they are adopted, or removed if never started.
 * - Recorded but removed from its engine by hand: waits for its release; nothing is left.
 *
 * Throws the error of a recorded engine, and `idempotency_running` if waiting takes too long: nothing runs while the
 * state is unknown. Unreachable engines without a record are not waited for.
 */
export async function resumeRun(
  cluster: Cluster,
  attempt: RunAttempt,
  { isLeftUnstarted = false }: Pick<LaunchOptions, 'isLeftUnstarted'> = {},
): Promise<RunningContainer | undefined> {
  const { cache } = cluster;
  const { operationId, wait } = attempt;
  for (; ; await wait()) {
    await cache.catchUp();
    const records = cache
      .reservations()
      .filter((each) => each.operationId === operationId && cache.hasEngine(each.engineId))
      .flatMap(({ id }) => cache.record(id) ?? []);
    if (records.length === 0) {
      const engines = await enginesWith(cluster, operationId);
      if (engines.length === 0) return undefined;
      await Promise.all(engines.map((id) => resyncEngine(cluster, id)));
      continue;
    }
    const pieces = await Promise.all(records.map((record) => inspectPiece(cluster, record)));
    const bound = pieces.filter(isBound);
    const started = bound.find(({ container }) => container && container.state !== 'created');
    if (started) return await describe(cluster, started);
    // Only if no other record is open: a reservation may turn out to have a running container.
    const [unstarted] = bound.length === pieces.length ? bound.filter(({ container }) => container) : [];
    if (unstarted && isLeftUnstarted) return describeUnstarted(cluster, unstarted.record, unstarted.record.containerId);
    const container = unstarted
      ? await start(cluster, unstarted)
      : await settle(
          cluster,
          records.map(({ value }) => value),
        );
    if (container) return container;
  }
}

async function inspectPiece(
  { cache, pool }: Cluster,
  { value: record, version }: Versioned<Reservation>,
): Promise<Piece> {
  const { value: engine } = cache.engine(record.engineId);
  const client = pool.client(engine);
  const labelled = await client.listContainers({ label: `${reservationLabel}=${record.id}` });
  // Foreign containers may have copied the label.
  const container = labelled.find(({ id }) => record.containerId === undefined || record.containerId === id);
  return { record, version, engine, client, container };
}

function isBound(piece: Piece): piece is BoundPiece {
  return piece.record.state === 'bound';
}

function describe(cluster: Cluster, { record }: BoundPiece): Promise<RunningContainer> {
  return describeRunning(cluster, record, record.containerId);
}

/** Undefined: it could not be started and is undone, or another server is about to start or remove it. */
async function start(cluster: Cluster, piece: BoundPiece): Promise<RunningContainer | undefined> {
  const { client, record: value } = piece;
  const { id, containerId, engineId } = value;
  const version = await takeRecord(cluster, { id, value, version: piece.version }, containerId);
  if (version === undefined) return undefined;
  const taken = { id, value: bare(value), version };
  const stopRenewing = keepLease(cluster, id);
  try {
    const container = { id: containerId, image: value.image };
    await startWithSecrets(cluster, client, container, () => client.startContainer(containerId));
    await bind(cluster, taken, containerId);
    await noteStart(cluster, engineId);
    return await describe(cluster, piece);
  } catch (error) {
    // It may have started: the next attempt finds out.
    if (isFailedStart(error)) await noteFailedStart(cluster, engineId, error);
    if (!isSatsumaError(error) || error.code === 'engine_timeout') throw error;
    await undo(cluster, client, taken, containerId);
    return undefined;
  } finally {
    stopRenewing();
  }
}

/** Reconciles the records now, where possible, whichever server follows their engines. */
async function settle(cluster: Cluster, records: readonly Reservation[]): Promise<undefined> {
  const expired = new Set(await cluster.store.expired());
  const due = records.filter(({ id, state }) => state === 'bound' || expired.has(id));
  await Promise.all([...new Set(due.map(({ engineId }) => engineId))].map((id) => resyncEngine(cluster, id)));
}

/** The engines that have containers of the request. */
async function enginesWith({ cache, pool, installation }: Cluster, operationId: string): Promise<string[]> {
  const engines = cache.engines().filter(({ condition }) => condition !== 'down');
  const asked = await Promise.all(
    engines.map(async (engine) => {
      const label = `${operationLabel}=${operationId}`;
      const containers = (await pool.client(engine).listContainers({ label }).catch(ignoreEngineError)) ?? [];
      const isOurs = (each: ContainerSummary) => readLabels(installation, each, engine).kind === 'ours';
      return containers.some(isOurs) ? [engine.id] : [];
    }),
  );
  return asked.flat();
}
