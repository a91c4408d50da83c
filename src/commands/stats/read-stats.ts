import type { AllStats, ContainerStats, EngineStats, SumOfStats } from '../../api/stats.ts';
import { bareName } from '../../model/bare-name.ts';
import type { ContainerUsage } from '../../model/container-usage.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import type { Cluster } from '../../state/cluster.ts';
import { type EngineFailure, failureOf, knownFailure } from '../../state/containers/ask-engines.ts';
import { type Container, isAlive } from '../../state/containers/container-view.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { enginesWithin, findWithin } from '../../state/scopes.ts';
import { withEngineTimeout } from '../../state/with-engine-timeout.ts';
import { inspectContainer } from '../containers/inspect-container.ts';
import { type ContainerFilter, listContainers } from '../containers/list-containers.ts';
import { nameInError } from '../containers/name-in-error.ts';
import type { UsageSampler } from './usage-sampler.ts';

/** Maximum number of engines whose containers are read concurrently. */
const enginesAtOnce = 64;
/** A container without a recent sample needs two, a second apart. */
const timeoutMs = 5_000;

export interface StatsFilter extends Pick<ContainerFilter, 'engine' | 'label' | 'image' | 'scope'> {
  /** Ids, id prefixes or names. */
  readonly containers?: readonly string[] | undefined;
}

interface StatsAnswer extends AllStats {
  /** Engines that failed or did not answer in time. Their last values are used if they are recent. */
  readonly errors: readonly EngineFailure[];
}

/**
 * Returns a function that reads a container's current usage. The name is resolved once. Throws what `findContainer`
 * throws; the function throws `wrong_state` if the container does not run, or the engine's error.
 */
export async function containerStatsReader(
  cluster: Cluster,
  sampler: UsageSampler,
  reference: string,
): Promise<() => Promise<ContainerStats>> {
  const { container: found } = await inspectContainer(cluster, reference);
  const { id, name, engine } = found;
  return async () => {
    const { container } = await inspectContainer(cluster, id);
    const named = { id, name: bareName(name) };
    if (!isAlive(container)) throw new SatsumaError('wrong_state', `container ${named.name} is not running`);
    return toStats(container, await sampler.read(engine, id).catch(nameInError(named)));
  };
}

/**
 * The usage of running containers, by engine and in total. Throws `no_such_engine`, and for named containers what
 * `findContainer` throws.
 */
export async function readStats(cluster: Cluster, sampler: UsageSampler, filter: StatsFilter): Promise<StatsAnswer> {
  const named = filter.containers && (await idsOf(cluster, filter));
  const { containers } = await listContainers(cluster, { ...filter, all: false });
  const byEngine = new Map<string, Container[]>();
  for (const container of containers) {
    if (!isAlive(container) || (named && !named.has(container.id))) continue;
    const others = byEngine.get(container.engine.id) ?? [];
    byEngine.set(container.engine.id, others);
    others.push(container);
  }
  const engines = enginesWithin(cluster, filter.scope, filter.engine);
  const semaphore = new Semaphore(enginesAtOnce);
  const answers = await Promise.all(
    engines.map((engine) =>
      semaphore.run(() => readEngine({ cluster, sampler }, engine, byEngine.get(engine.id) ?? [])),
    ),
  );
  const rows = answers.map(({ stats }) => stats);
  return {
    containers: rows.flat(),
    engines: engines.map(
      (engine, index): EngineStats => ({ engine: engine.id, ...sumOf(rows[index] ?? [], [engine]) }),
    ),
    sum: sumOf(rows.flat(), engines),
    errors: answers.flatMap(({ failure }) => failure ?? []),
  };
}

async function idsOf(cluster: Cluster, { containers = [], scope }: StatsFilter): Promise<Set<string>> {
  const idOf = async (reference: string) =>
    scope ? findWithin(cluster, scope, { reference }) : (await findContainer(cluster, reference)).container.id;
  return new Set(await Promise.all(containers.map(idOf)));
}

interface Reader {
  readonly cluster: Cluster;
  readonly sampler: UsageSampler;
}

async function readEngine({ cluster, sampler }: Reader, engine: EngineRecord, containers: readonly Container[]) {
  const known = engine.condition === 'down' ? knownFailure(cluster, engine) : undefined;
  let failure = known;
  const fails = (error: unknown): void => {
    // The container ended or was removed since it was listed.
    if (isSatsumaError(error, 'no_such_container', 'wrong_state')) return;
    if (!isSatsumaError(error)) throw error;
    failure ??= failureOf(cluster, engine.id, error);
  };
  const read = async (container: Container): Promise<void> =>
    void (await sampler.read(engine, container.id).catch(fails));
  if (!known) await withEngineTimeout(Promise.all(containers.map(read)), engine.id, timeoutMs).catch(fails);
  const stats = containers.flatMap((container) => {
    const usage = sampler.last(engine.id, container.id);
    return usage ? [toStats(container, usage)] : [];
  });
  return { stats, failure };
}

function toStats({ id, name, engine, image }: Container, usage: ContainerUsage): ContainerStats {
  return {
    id,
    name,
    engine: engine.id,
    cpu_percent: rounded(usage.cpuPercent, 2),
    cpu_limit: image.cpus ?? usage.cpus,
    memory: megabytes(usage.memoryBytes),
    memory_limit: megabytes(usage.memoryLimitBytes),
    memory_percent: percent(usage.memoryBytes, usage.memoryLimitBytes),
    network: { rx: usage.receivedBytes, tx: usage.sentBytes },
    block: { read: usage.readBytes, write: usage.writtenBytes },
    pids: usage.pids,
    observed_at: usage.at,
  };
}

/** The limits are those of the engines. */
function sumOf(rows: readonly ContainerStats[], engines: readonly EngineRecord[]): SumOfStats {
  const sum = (amount: (row: ContainerStats) => number) => rows.reduce((total, row) => total + amount(row), 0);
  const memory = sum((row) => row.memory);
  const memory_limit = engines.reduce((total, engine) => total + engine.memory, 0);
  return {
    containers: rows.length,
    cpu_percent: rounded(
      sum((row) => row.cpu_percent),
      2,
    ),
    cpu_limit: rounded(
      engines.reduce((total, { cpus }) => total + cpus, 0),
      3,
    ),
    memory: rounded(memory, 3),
    memory_limit,
    memory_percent: percent(memory, memory_limit),
    network: { rx: sum(({ network }) => network.rx), tx: sum(({ network }) => network.tx) },
    block: { read: sum(({ block }) => block.read), write: sum(({ block }) => block.write) },
    pids: sum((row) => row.pids),
  };
}

function megabytes(bytes: number): number {
  return rounded(bytes / 2 ** 20, 3);
}

function percent(part: number, whole: number): number {
  return whole > 0 ? rounded((part / whole) * 100, 2) : 0;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
