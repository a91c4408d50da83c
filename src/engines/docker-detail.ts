import type Docker from 'dockerode';
import type { ContainerDetail } from '../model/container.ts';
import { type PortBinding, type RestartPolicy, restartPolicies } from '../model/image-config.ts';
import { readPortKey, tidyPorts } from './docker-ports.ts';

/** Of every container, and of no interest to whoever asks what it was given. */
const ownVariables = ['PATH', 'HOME'];

interface HostPort {
  readonly HostIp: string;
  readonly HostPort: string;
}

/** What Docker's container inspect tells. */
export function toContainerDetail({
  Id,
  Config,
  HostConfig,
  NetworkSettings,
}: Docker.ContainerInspectInfo): ContainerDetail {
  const { NetworkMode = 'default', PortBindings, RestartPolicy: restart, Memory = 0 } = HostConfig;
  return {
    id: Id,
    hostname: Config.Hostname ?? '',
    domain: Config.Domainname ?? '',
    entrypoint: [Config.Entrypoint ?? []].flat(),
    args: Config.Cmd ?? [],
    environment: toEnvironment(Config.Env ?? []),
    volumes: toVolumes(Config, HostConfig),
    restartPolicy: toRestartPolicy(restart),
    // The same network by its two names; newer daemons tell the second one.
    networkMode: NetworkMode === 'default' ? 'bridge' : NetworkMode,
    cpus: toCpus(HostConfig),
    // Rounded up: a small limit must not look like none.
    memory: Math.ceil(Memory / 2 ** 20),
    bindPorts: eachBinding(PortBindings, askedPort),
    ports: tidyPorts(eachBinding(NetworkSettings?.Ports, boundPort)),
  };
}

function toEnvironment(variables: readonly string[]): Record<string, string> {
  const pairs = variables.map((variable): [string, string] => {
    const [name = ''] = variable.split('=', 1);
    return [name, variable.slice(name.length + 1)];
  });
  return Object.fromEntries(pairs.filter(([name]) => !ownVariables.includes(name)));
}

/** `docker run -v` writes binds and mount points alike; a mount point that is bound is only shown as bound. */
function toVolumes({ Volumes }: Docker.ContainerInspectInfo['Config'], { Binds }: Docker.HostConfig): string[] {
  const binds = Binds ?? [];
  const targets = binds.map((bind) => bind.split(':')[1]);
  return [...binds, ...Object.keys(Volumes ?? {}).filter((path) => !targets.includes(path))].sort();
}

function toRestartPolicy(policy: Docker.HostRestartPolicy | undefined): RestartPolicy {
  const name = restartPolicies.find((each) => each === policy?.Name);
  if (!name) return {};
  return policy?.MaximumRetryCount ? { name, maximum_retry: policy.MaximumRetryCount } : { name };
}

/** `--cpus` is NanoCpus; older clients write the quota that it stands for. */
function toCpus({ NanoCpus, CpuQuota, CpuPeriod }: Docker.HostConfig): number {
  if (NanoCpus) return NanoCpus / 1e9;
  return CpuQuota && CpuQuota > 0 ? CpuQuota / (CpuPeriod || 100_000) : 0;
}

function eachBinding<T>(
  bindings: Readonly<Record<string, readonly HostPort[] | null>> | null | undefined,
  toBinding: (port: ReturnType<typeof readPortKey>, host: HostPort) => T,
): T[] {
  return Object.entries(bindings ?? {}).flatMap(([key, hosts]) =>
    (hosts ?? []).map((host) => toBinding(readPortKey(key), host)),
  );
}

function askedPort(port: ReturnType<typeof readPortKey>, { HostIp, HostPort }: HostPort): PortBinding {
  const number = Number(HostPort || 0);
  return { ...port, ...(HostIp ? { host_ip: HostIp } : {}), ...(number ? { port: number } : {}) };
}

function boundPort(port: ReturnType<typeof readPortKey>, { HostIp, HostPort }: HostPort): Required<PortBinding> {
  return { ...port, host_ip: HostIp || '0.0.0.0', port: Number(HostPort) };
}
