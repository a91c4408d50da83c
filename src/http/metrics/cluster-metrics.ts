import { Counter, Gauge, type Registry } from 'prom-client';
import { pingStore } from '../../commands/ping-store.ts';
import { peekService } from '../../commands/services/show-service.ts';
import { summarizeCluster } from '../../commands/summarize-cluster.ts';
import type { Cluster } from '../../state/cluster.ts';
import { countContainers } from '../../state/containers/count-containers.ts';
import { domainRequestsOf } from '../../state/domain-requests.ts';

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

const mebibyte = 2 ** 20;

/** All values are read from memory on each scrape, except the response time of the store. */
export function defineClusterMetrics(registry: Registry, cluster: Cluster, version: string): void {
  const { cache, clock, placementCounter } = cluster;

  /** `read` returns a sample for each set of labels. */
  const gauge = (name: string, help: string, labelNames: readonly string[], read: () => Iterable<Sample>) => {
    const metric: Gauge = new Gauge({
      name: `satsuma_${name}`,
      help,
      labelNames: [...labelNames],
      registers: [registry],
      collect: () => {
        metric.reset();
        for (const [labels, value] of read()) metric.set(labels, value);
      },
    });
  };
  const ofEngines = (name: string, help: string, value: (engineId: string) => number) =>
    gauge(`engine_${name}`, help, ['engine'], () => cache.engines().map(({ id }) => [{ engine: id }, value(id)]));
  const ofServices = (name: string, help: string, value: (service: { ready: number; wanted: number }) => number) =>
    gauge(`service_${name}`, help, ['service'], () =>
      cache.services.all().flatMap(({ id }): Sample[] => {
        const shown = peekService(cluster, id);
        return shown ? [[{ service: id }, value(shown)]] : [];
      }),
    );

  gauge('build_info', 'The version of this server, as a label.', ['version'], () => [[{ version }, 1]]);
  gauge('servers', 'Servers of this cluster that are alive.', [], () => [[{}, cache.servers.all().length]]);
  gauge('engines', 'Engines by status.', ['status'], () =>
    Object.entries(summarizeCluster(cluster).engines).map(([status, count]) => [{ status }, count]),
  );
  ofEngines('up', '1 if the engine is reachable, else 0.', (id) => (cache.engine(id).value.condition === 'ok' ? 1 : 0));
  ofEngines('cpus', 'CPUs of the engine.', (id) => cache.engine(id).value.cpus);
  ofEngines('memory_bytes', 'Memory of the engine.', (id) => cache.engine(id).value.memory * mebibyte);
  ofEngines('reserved_cpus', 'CPUs that are reserved for containers.', (id) => {
    return (cache.snapshot(id)?.usedCpuMilli ?? 0) / 1_000;
  });
  ofEngines('reserved_memory_bytes', 'Memory that is reserved for containers.', (id) => {
    return (cache.snapshot(id)?.usedMemoryMiB ?? 0) * mebibyte;
  });
  ofEngines('containers', 'Running containers on the engine, including foreign ones.', (id) => {
    return countContainers(cache, id);
  });
  gauge('engine_observed_age_seconds', 'How long ago the engine last answered.', ['engine'], () =>
    cache.engines().flatMap(({ id }): Sample[] => {
      const at = Date.parse(cache.observation(id).observedAt);
      return Number.isNaN(at) ? [] : [[{ engine: id }, Math.max(0, clock.now() - at) / 1_000]];
    }),
  );
  ofServices('replicas_wanted', 'Replicas that the service should have.', ({ wanted }) => wanted);
  ofServices('replicas_ready', 'Replicas of the service that are ready.', ({ ready }) => ready);

  gauge('reservations', 'Reservations by state: bound ones have a container.', ['state'], () => {
    const counts = { reserved: 0, bound: 0 };
    for (const { state } of cache.reservations()) counts[state]++;
    return Object.entries(counts).map(([state, count]) => [{ state }, count]);
  });

  const placements: Counter = new Counter({
    name: 'satsuma_placements_total',
    help: 'Placement attempts of this server by result: reserved, or the error code.',
    labelNames: ['outcome'],
    registers: [registry],
    collect: () => {
      placements.reset();
      for (const [outcome, count] of placementCounter.outcomes()) placements.inc({ outcome }, count);
    },
  });
  const requests: Counter = new Counter({
    name: 'satsuma_domain_requests_total',
    help: 'Requests of domains that routers reported to this server, by the class of the status: 5xx are errors.',
    labelNames: ['domain', 'code'],
    registers: [registry],
    collect: () => {
      requests.reset();
      for (const [domain, code, count] of domainRequestsOf(cache).all()) requests.inc({ domain, code }, count);
    },
  });
  defineStoreMetrics(registry, cluster);
}

function defineStoreMetrics(registry: Registry, cluster: Cluster): void {
  let asking: Promise<number | undefined> | undefined;
  /** One ping serves both metrics. */
  const ask = () => {
    asking ??= pingStore(cluster).finally(() => {
      asking = undefined;
    });
    return asking;
  };
  const up: Gauge = new Gauge({
    name: 'satsuma_store_up',
    help: '1 if the store answers, else 0.',
    registers: [registry],
    collect: async () => up.set((await ask()) === undefined ? 0 : 1),
  });
  const ping: Gauge = new Gauge({
    name: 'satsuma_store_ping_seconds',
    help: 'Response time of the store for this scrape; absent if it did not answer.',
    registers: [registry],
    collect: async () => {
      const tookMs = await ask();
      if (tookMs === undefined) ping.remove();
      else ping.set(tookMs / 1_000);
    },
  });
  const behind: Gauge = new Gauge({
    name: 'satsuma_store_changes_behind',
    help: 'Changes of the store that this server has not applied yet; absent if the store does not answer.',
    registers: [registry],
    collect: async () => {
      const { version } = cluster.cache;
      const head = (await ask()) === undefined ? undefined : await cluster.store.head().catch(() => undefined);
      if (head === undefined) behind.remove();
      else behind.set(Math.max(0, head - version));
    },
  });
}
