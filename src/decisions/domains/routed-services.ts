import type { Cluster } from '../../state/cluster.ts';

/**
 * Routers look replicas up anew after a second, and go on with what they knew for another one where no server answers: in three, each of
 * them sends nothing more to one that has left. So nobody has to be asked whether they know.
 */
const untilKnownMs = 3_000;

/** How long a replica that clients were sent to goes on at least after it has left the catalogue. */
export function leastLeaveMs({ cache }: Pick<Cluster, 'cache'>, service: string): number {
  const isRouted = cache.domains.all().some(({ value }) => value.rules.some((rule) => rule.service === service));
  return isRouted ? untilKnownMs : 0;
}
