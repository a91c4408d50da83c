import type { Cluster } from '../../state/cluster.ts';

/**
 * Routers refresh their upstreams every second, and keep the last answer for one more second if no DNS server answers.
 * After three seconds no router sends requests to a removed replica, so they need not be asked.
 */
const untilKnownMs = 3_000;

/** The minimum time that a serving replica keeps running after it has left the catalog. */
export function minLeaveMs(cluster: Pick<Cluster, 'cache'>, service: string): number {
  return routedPorts(cluster, service).length > 0 ? untilKnownMs : 0;
}

/** The container ports of a service to which domains lead. */
export function routedPorts({ cache }: Pick<Cluster, 'cache'>, service: string): number[] {
  const rules = cache.domains.all().flatMap(({ value }) => value.rules.filter((rule) => rule.service === service));
  return [...new Set(rules.map(({ port }) => port))];
}
