import { server as hapi } from '@hapi/hapi';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { UsageSampler } from '../src/commands/stats/usage-sampler.ts';
import { containerMetrics } from '../src/http/metrics/container-metrics.ts';
import { serverRegistry } from '../src/http/metrics/server-registry.ts';
import { type Lifetime, startCluster } from '../test/fixtures/harness.ts';

/** A metric as the registry describes it. */
interface Described {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labelNames: readonly string[];
}

interface Target {
  readonly expr: string;
  readonly legendFormat: string;
}

const rowTitles: readonly (readonly [prefix: string, title: string])[] = [
  ['satsuma_http_', 'Requests'],
  ['satsuma_store_', 'Store'],
  ['satsuma_controller_', 'Controllers'],
  ['satsuma_engine_', 'Engines'],
  ['satsuma_service_', 'Services'],
  ['satsuma_', 'Cluster'],
  ['container_', 'Containers'],
  ['', 'Processes of the servers'],
];
/** Of the many that Node tells of itself. */
const ofProcess = [
  ...['process_cpu_seconds_total', 'process_resident_memory_bytes', 'process_open_fds'],
  ...['nodejs_heap_size_used_bytes', 'nodejs_eventloop_lag_p99_seconds', 'nodejs_gc_duration_seconds'],
];
const width = 8;
const height = 8;
const perLine = 24 / width;

/** Grafana's document of a dashboard, with one panel for each metric that a server has: what is new is in it without a further word. */
export async function dashboard(t: Lifetime): Promise<string> {
  const metrics = await allMetrics(t);
  const panels: object[] = [];
  let y = 0;
  const placed = new Set<string>();
  for (const [prefix, title] of rowTitles) {
    const some = metrics.filter(({ name }) => name.startsWith(prefix) && !placed.has(name));
    if (some.length === 0) continue;
    panels.push({ id: panels.length + 1, type: 'row', title, gridPos: { x: 0, y: y++, w: 24, h: 1 }, panels: [] });
    for (const [index, metric] of some.entries()) {
      placed.add(metric.name);
      const line = Math.floor(index / perLine);
      const gridPos = { x: (index % perLine) * width, y: y + line * height, w: width, h: height };
      panels.push({ id: panels.length + 1, ...panelOf(metric), gridPos });
    }
    y += Math.ceil(some.length / perLine) * height;
  }
  const document = {
    ...{ title: 'Satsuma', uid: 'satsuma', tags: ['satsuma'], schemaVersion: 38, editable: true },
    ...{ refresh: '30s', time: { from: 'now-1h', to: 'now' }, annotations: { list: [] } },
    templating: {
      list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Prometheus', hide: 0 }],
    },
    panels,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

async function allMetrics(t: Lifetime): Promise<Described[]> {
  const cluster = await startCluster(t);
  const ofServer = serverRegistry(hapi(), cluster, { version: '', certificate: () => undefined });
  const ofNode = new Registry();
  collectDefaultMetrics({ register: ofNode });
  const ofContainers = await containerMetrics(cluster, new UsageSampler(cluster));
  const [own, node, containers] = await Promise.all([ofServer, ofNode, ofContainers].map(describe));
  return [...(own ?? []), ...(containers ?? []), ...(node ?? []).filter(({ name }) => ofProcess.includes(name))];
}

async function describe(registry: Registry): Promise<Described[]> {
  return (await registry.getMetricsAsJSON()).map(({ name, help, type }) => {
    const { labelNames = [] } = registry.getSingleMetric(name) as unknown as { readonly labelNames?: string[] };
    return { name, help, type: String(type), labelNames };
  });
}

function panelOf(metric: Described): object {
  const { name, help } = metric;
  const targets = targetsOf(metric).map((target, index) => ({ refId: String.fromCharCode(65 + index), ...target }));
  return {
    ...{ type: 'timeseries', title: titleOf(name), description: help },
    datasource: { type: 'prometheus', uid: `$\{datasource}` },
    fieldConfig: {
      defaults: { unit: unitOf(metric), custom: { fillOpacity: 10, showPoints: 'never' } },
      overrides: [],
    },
    options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
    targets,
  };
}

/** A histogram as three quantiles, a counter by the second, all else as it is; what several servers report of one thing, once. */
function targetsOf({ name, type, labelNames }: Described): Target[] {
  if (type === 'histogram') {
    return [50, 95, 99].map((percent) => ({
      expr: `histogram_quantile(${percent / 100}, sum by (le) (rate(${name}_bucket[$__rate_interval])))`,
      legendFormat: `p${percent}`,
    }));
  }
  const isOfProcess = /^(satsuma_http|process|nodejs)_/.test(name);
  const shown = name.startsWith('container_') ? ['engine', 'name'] : isOfProcess ? ['instance'] : labelNames;
  const by = shown.length === 0 ? '' : ` by (${shown.join(', ')})`;
  const legendFormat = shown.length === 0 ? titleOf(name) : shown.map((label) => `{{${label}}}`).join(' ');
  if (type === 'counter') return [{ expr: `sum${by} (rate(${name}[$__rate_interval]))`, legendFormat }];
  // Of certificates, the one that expires first is of interest.
  const aggregate = name.endsWith('_expiry_seconds') ? 'min' : 'max';
  return [{ expr: `${aggregate}${by} (${name})`, legendFormat }];
}

function titleOf(name: string): string {
  const words = name
    .replace(/^(satsuma|container|process|nodejs)_/, '')
    .replace(/_(seconds|bytes|total|seconds_total|bytes_total)$/, '')
    .replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function unitOf({ name, type }: Described): string {
  if (/_bytes_total$/.test(name)) return 'Bps';
  if (/_bytes$/.test(name)) return 'bytes';
  if (/_seconds_total$/.test(name)) return 'short';
  if (/_seconds$/.test(name)) return 's';
  return type === 'counter' ? 'ops' : 'short';
}
