import type { Cluster } from '../../state/cluster.ts';

/**
 * Routers look replicas up anew after a second: in two, each of them has been told that one has left, and sends it nothing more. So
 * nobody has to be asked whether they know.
 */
const untilKnownMs = 2_000;

/** How long a replica that clients were sent to goes on at least after it has left the catalogue. */
export function leastLeaveMs({ cache }: Pick<Cluster, 'cache'>, service: string): number {
  const isRouted = cache.domains.all().some(({ value }) => value.rules.some((rule) => rule.service === service));
  return isRouted ? untilKnownMs : 0;
}
