import { SatsumaError } from '../../model/errors.ts';
import type { ServiceSpec, SlotWait } from '../../model/service.ts';
import type { Explanation } from '../../placement/explain.ts';
import type { Cluster } from '../../state/cluster.ts';
import { until } from '../../state/until.ts';
import { createServices } from './change-service.ts';
import { discardServices } from './discard-service.ts';
import { peekService, type ShownService } from './show-service.ts';

/** A pull may take much longer; the service's state shows its progress. */
const withinMs = 8_000;
/** A service stuck for this long is given up: lack of room is retried every second. */
const timeoutMs = 3_000;

/**
 * Creates services that belong together, and waits a while for them to start, except those in `stopped`. Creates none
 * if one exists already (`service_exists`). Removes all if one cannot be started: `port_taken` if a host port is in
 * use, otherwise `unschedulable` with the reason. A replica that starts and ends is tolerated: it may be waiting for
 * another service.
 */
export async function deployServices(
  cluster: Cluster,
  specs: ReadonlyMap<string, ServiceSpec>,
  stopped: ReadonlySet<string>,
): Promise<void> {
  await createServices(cluster, specs, stopped);
  const names = [...specs.keys()];
  const obstacle = await obstacleTo(cluster, names);
  if (!obstacle) return;
  await discardServices(cluster, names);
  const { service, wait } = obstacle;
  const sentence = `service ${service} cannot be started, so none of ${names.length} is kept: ${wait.message}`;
  throw new SatsumaError(isForPort(wait) ? 'port_taken' : 'unschedulable', sentence, { details: wait.details });
}

/** All engines report that running containers hold the host port. */
function isForPort({ code, details }: SlotWait): boolean {
  const { engines = [] } = (details ?? {}) as Partial<Explanation>;
  return code === 'port_taken' || (engines.length > 0 && engines.every((each) => each.code === 'port_taken'));
}

interface Obstacle {
  readonly service: string;
  readonly wait: SlotWait;
}

/** Why one of the services does not start. Undefined: all started, or still may. */
async function obstacleTo(cluster: Cluster, names: readonly string[]): Promise<Obstacle | undefined> {
  let obstacles: readonly Obstacle[] = [];
  let stuckSince: number | undefined;
  const isOver = () => {
    const shown = names.flatMap((name) => peekService(cluster, name) ?? []);
    const missing = shown.filter(({ ready, wanted }) => ready < wanted);
    obstacles = missing.flatMap(obstaclesOf);
    const isStuck = missing.every((each) => obstaclesOf(each).length > 0);
    stuckSince = isStuck ? (stuckSince ?? performance.now()) : undefined;
    if (missing.length === 0 || obstacles.some(isFinal)) return true;
    return stuckSince !== undefined && performance.now() - stuckSince >= timeoutMs;
  };
  await until(cluster, isOver, withinMs);
  // A service that waits for a link may take longer, as long as the linked service makes progress.
  return (
    obstacles.find(({ wait }) => wait.code !== 'link_not_ready') ??
    (stuckSince === undefined ? undefined : obstacles.at(0))
  );
}

/** The reasons of empty slots without a start in progress. */
function obstaclesOf({ name, waiting, replicas }: ShownService): Obstacle[] {
  const starting = new Set(replicas.filter(({ view }) => view.state === 'starting').map(({ view }) => view.slot));
  return waiting
    .filter(({ slot, code }) => code !== 'replica_failed' && !starting.has(slot))
    .map((wait) => ({ service: name, wait }));
}

/** It was retried, and failed for another reason than lack of room. */
function isFinal({ wait }: Obstacle): boolean {
  return wait.failures > 1 && wait.code !== 'link_not_ready' && wait.code !== 'unschedulable';
}
