import { SatsumaError } from '../../model/errors.ts';
import type { SlotWait } from '../../model/service.ts';
import type { Explanation } from '../../placement/explain.ts';
import type { Cluster } from '../../state/cluster.ts';
import { type ShownService, showService } from './show-service.ts';

/** By then every failed start has been retried, unless its backoff has grown longer. */
const timeoutMs = 3_000;
const shownReasons = 3;

/**
 * Resolves when a scaled service has this number of ready replicas, and no surplus ones on reachable engines. Throws
 * `service_not_ready` with the reasons if that is not expected soon, after the timeout and when the signal aborts; the
 * service keeps trying. Throws `service_changed` if it was scaled again meanwhile.
 */
export async function awaitReplicas(
  cluster: Cluster,
  name: string,
  replicas: number,
  { ms, signal }: { readonly ms: number; readonly signal: AbortSignal },
): Promise<void> {
  const { changes } = cluster.cache;
  const begin = performance.now();
  for (;;) {
    const { count } = changes;
    const shown = await showService(cluster, name);
    refuseOther(shown, replicas);
    if (isThere(shown)) return;
    const passedMs = performance.now() - begin;
    if (passedMs >= ms || signal.aborted || (passedMs >= timeoutMs && isStuck(shown))) throw notReady(shown);
    await changes.next(count, Math.min(ms, timeoutMs), signal);
  }
}

function refuseOther({ name, record: { spec, isRemoved } }: ShownService, replicas: number): void {
  if (isRemoved) throw new SatsumaError('service_removed', `service ${name} was removed meanwhile`);
  if (spec.replicas === replicas) return;
  throw new SatsumaError('service_changed', `service ${name} was scaled to ${spec.replicas} meanwhile`);
}

function isThere({ ready, wanted, replicas }: ShownService): boolean {
  return ready === wanted && replicas.filter(({ view }) => view.isReachable).length === wanted;
}

/** Every empty slot has been tried, and no start is in progress. */
function isStuck({ ready, wanted, waiting, replicas }: ShownService): boolean {
  const isStarting = replicas.some(({ view }) => view.state === 'starting');
  return waiting.length > 0 && ready + waiting.length === wanted && !isStarting;
}

function notReady({ name, ready, wanted, waiting, replicas }: ShownService): SatsumaError {
  const reasons = [...new Set(waiting.map(reasonOf))];
  const why = reasons.length > 0 ? `: ${reasons.join('; ')}` : '';
  const sentence =
    ready < wanted
      ? `${ready} of ${wanted} replicas of service ${name} are ready, the others are being retried${why}`
      : `service ${name} has ${replicas.length} containers instead of ${wanted}: the others are still being stopped`;
  return new SatsumaError('service_not_ready', sentence, { details: waiting });
}

/** For lack of room: the most common reasons of the engines. */
function reasonOf({ code, message, details }: SlotWait): string {
  if (code !== 'unschedulable') return message;
  const { counts } = details as Explanation;
  const max = counts.slice(0, shownReasons).map((each) => `${each.message} on ${each.engines}`);
  return max.length > 0 ? `${message} (${max.join(', ')})` : message;
}
