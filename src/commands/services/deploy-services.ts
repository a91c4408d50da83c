import { SatsumaError } from '../../model/errors.ts';
import type { ServiceSpec, SlotWait } from '../../model/service.ts';
import type { Explanation } from '../../placement/explain.ts';
import type { Cluster } from '../../state/cluster.ts';
import { until } from '../../state/until.ts';
import { createServices } from './change-service.ts';
import { discardServices } from './discard-service.ts';
import { peekService, type ShownService } from './show-service.ts';

/** A pull may take much longer; that it goes on can be seen by the service's state. */
const withinMs = 8_000;
/** What nothing comes of for as long will not come: what lacks room is tried anew every second. */
const timeoutMs = 3_000;

/**
 * Creates services that belong together, and waits a while for them to start, but for those in `stopped`. None is left
 * where one exists already (`service_exists`) or cannot be started (`port_taken` where a host port is, `unschedulable`
 * otherwise, with what is in the way). A replica that starts and ends again is no such reason: it may do so until what it needs is ready.
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

/** What is in the way is a host port that running containers hold, on every engine. */
function isForPort({ code, details }: SlotWait): boolean {
  const { engines = [] } = (details ?? {}) as Partial<Explanation>;
  return code === 'port_taken' || (engines.length > 0 && engines.every((each) => each.code === 'port_taken'));
}

interface Obstacle {
  readonly service: string;
  readonly wait: SlotWait;
}

/** Why one of them does not start; undefined: they did, or may still do so. */
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
  // Who waits for another one may wait longer, as long as that one goes on.
  return (
    obstacles.find(({ wait }) => wait.code !== 'link_not_ready') ??
    (stuckSince === undefined ? undefined : obstacles.at(0))
  );
}

/** Why slots stay empty for which nothing is being started now. */
function obstaclesOf({ name, waiting, replicas }: ShownService): Obstacle[] {
  const starting = new Set(replicas.filter(({ view }) => view.state === 'starting').map(({ view }) => view.slot));
  return waiting
    .filter(({ slot, code }) => code !== 'replica_failed' && !starting.has(slot))
    .map((wait) => ({ service: name, wait }));
}

/** It was tried again, and failed for another reason than that there is no room. */
function isFinal({ wait }: Obstacle): boolean {
  return wait.failures > 1 && wait.code !== 'link_not_ready' && wait.code !== 'unschedulable';
}
