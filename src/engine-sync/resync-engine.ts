import { isDeepStrictEqual } from 'node:util';
import type { ContainerList, EngineClient, Handshake } from '../engines/engine-client.ts';
import type { DaemonInfo, EngineRecord } from '../model/engine.ts';
import type { ImageNames } from '../model/engine-image.ts';
import { EngineSilence } from '../model/engine-silence.ts';
import { isSatsumaError, SatsumaError } from '../model/errors.ts';
import type { SwarmView } from '../model/swarm.ts';
import { timestamp } from '../state/clock.ts';
import type { Cluster } from '../state/cluster.ts';
import type { Observation } from '../state/observations.ts';
import type { Fence } from '../store/store.ts';
import { publishObservation } from './publish-observation.ts';
import { reconcileEngine } from './reconcile.ts';

/** `invalid`: an unusable address. */
const engineFaults = [
  'engine_unreachable',
  'engine_certificate',
  'engine_refused',
  'engine_timeout',
  'invalid',
] as const;

/**
 * Resyncs one engine: its identity, its containers and its images. Updates the ledger, and records the engine's
 * condition. Throws only errors that are not the engine's fault. False: another resync is needed, because the allowance
 * is used up.
 *
 * `fence`: that of the server that follows the engine; without a valid lease, nothing is recorded. Repairs need none:
 * they are correct whichever server makes them. `noteChanged`: called with the ids of changed containers.
 */
export async function resyncEngine(
  cluster: Cluster,
  id: string,
  fence?: Fence,
  noteChanged: (containerIds: readonly string[]) => void = () => undefined,
): Promise<boolean> {
  if (!cluster.cache.hasEngine(id)) return true;
  try {
    return await resync(cluster, id, { fence, noteChanged });
  } catch (error) {
    if (!isSatsumaError(error, ...engineFaults)) throw error;
    cluster.logger.debug({ err: error, engineId: id }, 'engine not resynced');
    const isSilent = error instanceof EngineSilence || isSatsumaError(error, 'engine_timeout');
    await record(cluster, id, { condition: 'down', error: error.message, isSilent }, fence);
    return true;
  }
}

interface ResyncOptions {
  readonly fence: Fence | undefined;
  readonly noteChanged: (containerIds: readonly string[]) => void;
}

/** Throws the engine's error. Earlier repairs persist. */
async function resync(cluster: Cluster, id: string, { fence, noteChanged }: ResyncOptions): Promise<boolean> {
  const { cache } = cluster;
  const { value: engine } = cache.engine(id);
  // Read before the query: later records may be missing from the answer.
  await cache.catchUp();
  const { version } = cache;
  const recorded = cache.records(id);
  const before = cache.observation(id);
  const { containers, askedAt, images, daemon, swarm } = await readEngine(cluster, engine, before);
  noteChanged(cache.containers.replace(id, containers, askedAt));
  const unclear = [containers.unclear, images.unclear].filter((each) => each !== undefined).join('; ');
  const seen = {
    images: new Set(images),
    ...(swarm && { swarm }),
    ...(unclear !== '' && { unclear }),
  };
  const observation = { observedAt: timestamp(cluster.clock), version, ...seen };
  cache.observed(id, observation);
  cache.touched(id, fence);
  warnOfUnclear(cluster, id, observation);
  const isWhole = await reconcileEngine(cluster, { engineId: id, recorded, containers });
  // A new engine is used only after its containers are in the ledger.
  if (isWhole || engine.condition !== 'pending') await record(cluster, id, { condition: 'ok', daemon }, fence);
  await publishObservation(cluster, id, observation, fence);
  return isWhole;
}

function warnOfUnclear({ details, logger }: Cluster, engineId: string, { unclear }: Observation): void {
  if (unclear === undefined || !details.engine(engineId).notices.unclear.isDue()) return;
  logger.warn({ engineId, unclear }, 'invalid entries in the lists of an engine, ignored');
}

async function readEngine({ pool, clock }: Cluster, engine: EngineRecord, before: Observation): Promise<Seen> {
  const client = pool.client(engine);
  const { daemon, swarm } = await client.handshake();
  refuseOtherDaemon(engine, daemon);
  // Sequential: a second connection for each of a thousand engines costs more than the time.
  const askedAt = clock.now();
  const containers = await client.listContainers();
  const images = await client.listImages();
  return { daemon, containers, askedAt, images, swarm: swarm && (await swarmView(client, swarm, before.swarm)) };
}

/** A manager without a swarm leader cannot list ports: the last known ones are kept. */
async function swarmView(
  client: EngineClient,
  { isManager, ...view }: NonNullable<Handshake['swarm']>,
  before: SwarmView | undefined,
): Promise<SwarmView> {
  if (!isManager) return view;
  const ingress = await client.listIngressPorts().catch((error: unknown) => {
    if (!isSatsumaError(error)) throw error;
    return before?.ingress ?? [];
  });
  return { ...view, ingress };
}

interface Seen {
  readonly daemon: DaemonInfo;
  readonly containers: ContainerList;
  /** By the store's clock. */
  readonly askedAt: number;
  readonly images: ImageNames;
  readonly swarm: SwarmView | undefined;
}

function refuseOtherDaemon(engine: EngineRecord, found: DaemonInfo): void {
  if (engine.daemon === undefined || engine.daemon.id === found.id) return;
  throw new SatsumaError(
    'engine_refused',
    `another daemon answers at ${engine.addr} than the one registered: remove engine ${engine.id} and register it again`,
  );
}

type Outcome =
  | { readonly condition: 'ok'; readonly daemon: DaemonInfo }
  | { readonly condition: 'down'; readonly error: string; readonly isSilent: boolean };

/** An engine has been down since it was last seen, not since the timeout. */
function changedAt({ observedAt }: Observation, { condition }: Outcome, now: string): string {
  return condition === 'down' && observedAt !== '' ? observedAt : now;
}

/** Writes only changes, because a new version of the record invalidates concurrent placements. */
async function record(
  { cache, store, clock, logger }: Cluster,
  id: string,
  outcome: Outcome,
  fence: Fence | undefined,
): Promise<void> {
  if (!cache.hasEngine(id)) return;
  const { value: engine, version } = cache.engine(id);
  const { error: _, silentMs, isSilent: wasSilent, isLossConfirmed, ...rest } = engine;
  const isSame = engine.condition === outcome.condition;
  const since = isSame ? engine.since : changedAt(cache.observation(id), outcome, timestamp(clock));
  const silent = isSame ? silentMs : Math.round(cache.silentForMs(id, fence));
  const isDown = outcome.condition === 'down' && silent !== undefined;
  const { isSilent: isSilentNow, ...seen } = { isSilent: false, ...outcome };
  // A daemon that restarts breaks its connections, and then gives no answer until it is up.
  const isSilent = isSame ? wasSilent : isSilentNow;
  const after: EngineRecord = {
    ...{ ...rest, ...seen, since },
    ...(isDown && isSilent && { isSilent: true }),
    ...(isDown && { silentMs: silent }),
    ...(isSame && outcome.condition === 'down' && isLossConfirmed && { isLossConfirmed }),
  };
  if (isDeepStrictEqual(after, engine)) return;
  const written = await store.write([{ kind: 'engine', id, value: after, ifVersion: version }], { lease: fence });
  // Another server wrote, or follows the engine now: the next resync compares with its record.
  if (!written.ok) return;
  if (engine.condition !== outcome.condition) logger.info({ engineId: id, ...seen }, 'engine condition changed');
  await cache.catchUp();
}
