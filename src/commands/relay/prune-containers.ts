import { reservationLabel } from '../../labels/container-labels.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { Scope } from '../../model/scope.ts';
import { secretHolderLabel } from '../../model/secret.ts';
import { volumeCopyLabel } from '../../model/volume-copy.ts';
import type { Cluster } from '../../state/cluster.ts';
import { type EngineFailure, failureOf } from '../../state/containers/ask-engines.ts';
import { enginesWithin, isContainerWithin } from '../../state/scopes.ts';
import { destroyContainer } from '../containers/destroy-container.ts';
import { relayToEngines } from './relay-to-engines.ts';

/** An engine measures what each container wrote. */
const listingMs = 60_000;
const stopped = ['created', 'exited', 'dead'];
/** Removed since, being removed by somebody else, or started meanwhile. */
const keptFor = ['no_such_container', 'container_busy', 'wrong_state'] as const;

interface PrunableContainer {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** What it has written. */
  readonly bytes: number;
}

interface PruneContainersOptions {
  readonly scope?: Scope | undefined;
  readonly signal: AbortSignal;
  readonly isSelected: (container: PrunableContainer) => boolean;
}

interface PrunedContainers {
  readonly removed: readonly PrunableContainer[];
  readonly errors: readonly EngineFailure[];
}

/**
 * Removes containers that do not run, ours or not, with what they hold; their volumes stay. Those of services and jobs are kept, and those
 * that are being made, started or copied from just now. An engine that fails costs its own part. Throws what the first failed with where none
 * answers.
 */
export async function pruneContainers(
  cluster: Cluster,
  { scope, signal, isSelected }: PruneContainersOptions,
): Promise<PrunedContainers> {
  const query = new URLSearchParams({ all: '1', size: '1', filters: JSON.stringify({ status: stopped }) });
  const engines = enginesWithin(cluster, scope, undefined);
  const asked = { method: 'GET', path: '/containers/json', query, limitMs: listingMs, timeoutMs: listingMs } as const;
  const answers = await relayToEngines(cluster, engines, { ...asked, signal });
  // After the lists: whatever has a container by then is known.
  await cluster.cache.catchUp();
  const pruned = await Promise.all(
    answers.map(async ({ engine, answer }) => {
      const found = Array.isArray(answer) ? answer.flatMap((entry) => toPrunable(entry) ?? []) : [];
      const isNeeded = needed(cluster, engine);
      const free = found.filter(
        (each) => isSelected(each) && !isNeeded(each) && isWithin(cluster, scope, engine, each),
      );
      return await removeAll(cluster, engine, free);
    }),
  );
  return { removed: pruned.flatMap(({ removed }) => removed), errors: pruned.flatMap(({ errors }) => errors) };
}

async function removeAll(
  cluster: Cluster,
  engine: EngineRecord,
  containers: readonly PrunableContainer[],
): Promise<PrunedContainers> {
  const removed: PrunableContainer[] = [];
  for (const container of containers) {
    try {
      await destroyContainer(cluster, container.id, engine.id, { unlessRunning: true, keepsVolumes: true });
      removed.push(container);
    } catch (error) {
      if (isSatsumaError(error, ...keptFor)) continue;
      if (!isSatsumaError(error)) throw error;
      // What was removed before is removed.
      return { removed, errors: [failureOf(cluster, engine.id, error)] };
    }
  }
  return { removed, errors: [] };
}

/** By the ledger: by its id, and by its label while the record does not have that yet. */
function needed({ cache }: Pick<Cluster, 'cache'>, { id }: EngineRecord): (container: PrunableContainer) => boolean {
  const ids = new Set<string>();
  const reservations = new Set<string>();
  for (const each of cache.reservations(id)) {
    if (each.state === 'bound' && !each.replica && !each.task) continue;
    if (each.containerId === undefined) reservations.add(each.id);
    else ids.add(each.containerId);
  }
  return ({ id: containerId, labels }) =>
    ids.has(containerId) ||
    reservations.has(labels[reservationLabel] ?? '') ||
    labels[volumeCopyLabel] !== undefined ||
    labels[secretHolderLabel] !== undefined;
}

function isWithin(
  cluster: Pick<Cluster, 'cache'>,
  scope: Scope | undefined,
  engine: EngineRecord,
  { id }: PrunableContainer,
): boolean {
  if (!scope) return true;
  const known = cluster.cache.containers.get(engine.id, id);
  return known !== undefined && isContainerWithin(cluster, scope, known);
}

function toPrunable(entry: unknown): PrunableContainer | undefined {
  const { Id, Labels, Created, SizeRw } = Object(entry) as Readonly<Record<string, unknown>>;
  if (typeof Id !== 'string' || typeof Created !== 'number') return undefined;
  const labels = Object.entries(Object(Labels)).map(([key, value]) => [key, String(value)]);
  return {
    id: Id,
    labels: Object.fromEntries(labels),
    createdAt: Created * 1000,
    bytes: typeof SizeRw === 'number' && SizeRw > 0 ? SizeRw : 0,
  };
}
