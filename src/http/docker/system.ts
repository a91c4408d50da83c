import type { Server } from '@hapi/hapi';
import { listContainers } from '../../commands/containers/list-containers.ts';
import { type ShownEngine, showKnownEngines } from '../../commands/engines/show-engine.ts';
import { summarizeCluster } from '../../commands/summarize-cluster.ts';
import { hasEngine } from '../../model/scope.ts';
import { version as satsuma } from '../../runtime/package-root.ts';
import type { Cluster } from '../../state/cluster.ts';
import { forAnyone, needsWithin } from '../route-rules.ts';
import { commonVersion, oldest } from './versions.ts';

const bytesPerMiB = 2 ** 20;
/** Of each engine in the list of `docker info`. */
const gib = (mib: number) => `${(mib / 1024).toFixed(2)} GiB`;

export function systemRoutes(server: Server, cluster: Cluster): void {
  server.route({
    method: 'GET',
    path: '/_ping',
    options: { plugins: forAnyone },
    handler: (_, h) =>
      h.response('OK').type('text/plain').header('cache-control', 'no-cache, no-store, must-revalidate'),
  });
  server.route({
    method: 'GET',
    path: '/version',
    options: { plugins: needsWithin('read', 'cluster') },
    handler: () => {
      const facts = {
        ...{
          ApiVersion: `1.${commonVersion(cluster)}`,
          MinAPIVersion: `1.${oldest}`,
          Os: 'linux',
          Arch: archOf(cluster),
        },
        ...{ GitCommit: '', GoVersion: '', KernelVersion: '', BuildTime: '' },
      };
      return {
        Platform: { Name: 'Satsuma' },
        Components: [{ Name: 'Satsuma', Version: satsuma, Details: { ...facts, Experimental: 'false' } }],
        ...{ Version: satsuma, ...facts },
      };
    },
  });
  server.route({
    method: 'GET',
    path: '/info',
    options: { plugins: needsWithin('read', 'cluster') },
    handler: async ({ app: { scope } }) => {
      const engines = showKnownEngines(cluster).filter(({ engine }) => hasEngine(scope, engine));
      const states = [...(await listContainers(cluster, { all: true, scope })).containers].map(({ state }) => state);
      const count = (...some: readonly string[]) => states.filter((state) => some.includes(state)).length;
      const running = count('running', 'restarting');
      const paused = count('paused');
      // Of the whole cluster.
      const { image_count: Images, warnings } = scope ? { image_count: 0, warnings: [] } : summarizeCluster(cluster);
      return {
        ...{ ID: cluster.installation.name, Name: 'satsuma', ServerVersion: `satsuma/${satsuma}` },
        ...{ Containers: states.length, ContainersRunning: running, ContainersPaused: paused },
        ...{ ContainersStopped: states.length - running - paused, Images },
        // As classic Swarm told of its engines.
        ...{ Driver: '', DriverStatus: rowsOf(engines) },
        ...{ OSType: 'linux', Architecture: archOf(cluster), OperatingSystem: 'Satsuma', KernelVersion: '' },
        NCPU: Math.floor(engines.reduce((sum, { engine }) => sum + engine.cpus, 0)),
        MemTotal: engines.reduce((sum, { engine }) => sum + engine.memory, 0) * bytesPerMiB,
        ...{ MemoryLimit: true, SwapLimit: true, CpuCfsPeriod: true, CpuCfsQuota: true, CPUShares: true, CPUSet: true },
        ...{ PidsLimit: true, IPv4Forwarding: true, OomKillDisable: false, Debug: false, ExperimentalBuild: false },
        Plugins: { Volume: ['local'], Network: ['bridge', 'host', 'null', 'overlay'], Authorization: null, Log: null },
        ...{ Swarm: { LocalNodeState: 'inactive' }, Labels: [], IndexServerAddress: 'https://index.docker.io/v1/' },
        RegistryConfig: { IndexConfigs: {}, InsecureRegistryCIDRs: [], Mirrors: [] },
        ...{ SystemTime: new Date(cluster.clock.now()).toISOString(), SecurityOptions: [], Runtimes: {} },
        Warnings: [...engines.flatMap(warningOf), ...warnings],
      };
    },
  });
}

function rowsOf(engines: readonly ShownEngine[]): [string, string][] {
  return [
    ['Nodes', String(engines.length)],
    ...engines.flatMap(({ engine, status, containers, reservedCpus, reservedMemory }): [string, string][] => [
      [` ${engine.id}`, engine.addr],
      ['  └ Status', status],
      ['  └ Containers', String(containers)],
      ['  └ Reserved CPUs', `${reservedCpus} / ${engine.cpus}`],
      ['  └ Reserved Memory', `${gib(reservedMemory)} / ${gib(engine.memory)}`],
      ['  └ Labels', engine.labels.join(', ')],
      ['  └ ServerVersion', engine.daemon?.version ?? ''],
    ]),
  ];
}

function warningOf({ engine: { id, condition, error = '' } }: ShownEngine): string[] {
  return condition === 'down' ? [`WARNING: engine ${id} is down: ${error}`] : [];
}

/** In Go's words, of the first engine that tells. */
function archOf({ cache }: Pick<Cluster, 'cache'>): string {
  const platform = cache.engines().flatMap(({ daemon }) => daemon?.platform ?? [])[0];
  const [, arch = 'x86_64'] = platform?.split('/') ?? [];
  return { x86_64: 'amd64', aarch64: 'arm64' }[arch] ?? arch;
}
