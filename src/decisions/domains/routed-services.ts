import type { Cluster } from '../../state/cluster.ts';

/**
 * Routers refresh their upstreams every second, and keep the last answer for one more second if no DNS server answers.
 * After three seconds no router sends requests to a removed replica, so they need not be asked.
 */
const untilKnownMs = 3_000;

/** The minimum time that a serving replica keeps running after it has left the catalog. */
export function leastLeaveMs({ cache }: Pick<Cluster, 'cache'>, service: string): number {
  const isRouted = cache.domains.all().some(({ value }) => value.rules.some((rule) => rule.service === service));
  return isRouted ? untilKnownMs : 0;
}
