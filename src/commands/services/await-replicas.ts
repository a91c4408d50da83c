import { SatsumaError } from '../../model/errors.ts';
import type { SlotWait } from '../../model/service.ts';
import type { Explanation } from '../../placement/explain.ts';
import type { Cluster } from '../../state/cluster.ts';
import { type ShownService, showService } from './show-service.ts';

/** What cannot be started has been tried again by then, unless it failed so often that it is tried more rarely. */
const timeoutMs = 3_000;
const shownReasons = 3;

/**
 * Resolves when so many replicas of a service that was scaled are ready, and no others are left where they can be
 * reached. Throws `service_not_ready` with the reasons when that is not to be expected soon, when it takes too long and
 * when the signal aborts: the service goes on towards it all the same. Throws `service_changed` where somebody else
 * scaled it meanwhile.
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

/** Each slot that is not filled has been tried, and none is being tried now. */
function isStuck({ ready, wanted, waiting, replicas }: ShownService): boolean {
  const isStarting = replicas.some(({ view }) => view.state === 'starting');
  return waiting.length > 0 && ready + waiting.length === wanted && !isStarting;
}

function notReady({ name, ready, wanted, waiting, replicas }: ShownService): SatsumaError {
  const reasons = [...new Set(waiting.map(reasonOf))];
  const why = reasons.length > 0 ? `: ${reasons.join('; ')}` : '';
  const sentence =
    ready < wanted
      ? `${ready} of ${wanted} replicas of service ${name} are ready, the others are tried again and again${why}`
      : `service ${name} has ${replicas.length} containers instead of ${wanted}: the others are still being stopped`;
  return new SatsumaError('service_not_ready', sentence, { details: waiting });
}

/** Of what has no room, what most of the engines lack. */
function reasonOf({ code, message, details }: SlotWait): string {
  if (code !== 'unschedulable') return message;
  const { counts } = details as Explanation;
  const most = counts.slice(0, shownReasons).map((each) => `${each.message} on ${each.engines}`);
  return most.length > 0 ? `${message} (${most.join(', ')})` : message;
}
