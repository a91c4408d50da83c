import type { ContainerDetail } from '../model/container.ts';
import { type PortBinding, type RestartPolicy, restartPolicies } from '../model/image-config.ts';
import { readPortKey, tidyPorts } from './docker-ports.ts';
import {
  addressOf,
  containerIdOf,
  type Fields,
  fieldsOf,
  integerOf,
  lineOf,
  listOf,
  portOf,
  textsOf,
} from './docker-shape.ts';

/** Of every container, and of no interest to whoever asks what it was given. */
const ownVariables = ['PATH', 'HOME'];

type BarePort = ReturnType<typeof readPortKey>;

interface HostPort {
  readonly ip: string;
  readonly port: number;
}

/** What Docker's container inspect tells. Throws Nonsense. */
export function toContainerDetail(answer: unknown): ContainerDetail {
  const { Id, Config, HostConfig, NetworkSettings } = fieldsOf(answer, 'the answer');
  const config = fieldsOf(Config, 'Config');
  const host = fieldsOf(HostConfig, 'HostConfig');
  const networkMode = lineOf(host.NetworkMode ?? 'default', 'NetworkMode');
  return {
    id: containerIdOf(Id, 'Id'),
    hostname: lineOf(config.Hostname ?? '', 'Hostname'),
    domain: lineOf(config.Domainname ?? '', 'Domainname'),
    entrypoint: textsOf([config.Entrypoint ?? []].flat(), 'Entrypoint'),
    args: textsOf(config.Cmd ?? [], 'Cmd'),
    environment: toEnvironment(textsOf(config.Env ?? [], 'Env')),
    volumes: toVolumes(fieldsOf(config.Volumes ?? {}, 'Volumes'), textsOf(host.Binds ?? [], 'Binds')),
    restartPolicy: toRestartPolicy(fieldsOf(host.RestartPolicy ?? {}, 'RestartPolicy')),
    // The same network by its two names; newer daemons tell the second one.
    networkMode: networkMode === 'default' ? 'bridge' : networkMode,
    cpus: toCpus(host),
    // Rounded up: a small limit must not look like none.
    memory: Math.ceil(integerOf(host.Memory ?? 0, 'Memory') / 2 ** 20),
    bindPorts: eachBinding(fieldsOf(host.PortBindings ?? {}, 'PortBindings')).map(askedPort),
    ports: toBoundPorts(NetworkSettings),
  };
}

/** Of an inspection's NetworkSettings: the ports as bound right now. Throws Nonsense. */
export function toBoundPorts(settings: unknown): ContainerDetail['ports'] {
  const { Ports } = fieldsOf(settings ?? {}, 'NetworkSettings');
  return tidyPorts(eachBinding(fieldsOf(Ports ?? {}, 'Ports')).flatMap(boundPort));
}

function toEnvironment(variables: readonly string[]): Record<string, string> {
  const pairs = variables.map((variable): [string, string] => {
    const [name = ''] = variable.split('=', 1);
    return [name, variable.slice(name.length + 1)];
  });
  return Object.fromEntries(pairs.filter(([name]) => !ownVariables.includes(name)));
}

/** `docker run -v` writes binds and mount points alike; a mount point that is bound is only shown as bound. */
function toVolumes(volumes: Fields, binds: readonly string[]): string[] {
  const targets = new Set(binds.map((bind) => bind.split(':')[1]));
  return [...binds, ...Object.keys(volumes).filter((path) => !targets.has(path))].sort();
}

function toRestartPolicy({ Name, MaximumRetryCount }: Fields): RestartPolicy {
  const name = restartPolicies.find((each) => each === Name);
  const retries = integerOf(MaximumRetryCount ?? 0, 'MaximumRetryCount');
  if (!name) return {};
  return retries ? { name, maximum_retry: retries } : { name };
}

/** `--cpus` is NanoCpus; older clients write the quota that it stands for. */
function toCpus(host: Fields): number {
  const nano = integerOf(host.NanoCpus ?? 0, 'NanoCpus');
  const quota = integerOf(host.CpuQuota ?? 0, 'CpuQuota', { least: -1 });
  const period = integerOf(host.CpuPeriod ?? 0, 'CpuPeriod');
  if (nano) return nano / 1e9;
  return quota > 0 ? quota / (period || 100_000) : 0;
}

function eachBinding(bindings: Fields): [BarePort, HostPort][] {
  return Object.entries(bindings).flatMap(([key, hosts]) =>
    listOf(hosts ?? [], 'a port').map((host): [BarePort, HostPort] => [readPortKey(key), toHostPort(host)]),
  );
}

function toHostPort(host: unknown): HostPort {
  const { HostIp, HostPort } = fieldsOf(host, 'an entry of a port');
  const port = lineOf(HostPort ?? '', 'HostPort');
  // `-p 8000-8010:80` asks for any of a range, which only the engine chooses from.
  const isRange = /^\d{1,5}-\d{1,5}$/.test(port);
  return { ip: addressOf(HostIp ?? '', 'HostIp'), port: isRange ? 0 : portOf(Number(port), 'HostPort') };
}

function askedPort([port, host]: [BarePort, HostPort]): PortBinding {
  return { ...port, ...(host.ip ? { host_ip: host.ip } : {}), ...(host.port ? { port: host.port } : {}) };
}

function boundPort([port, host]: [BarePort, HostPort]): Required<PortBinding>[] {
  return host.port === 0 ? [] : [{ ...port, host_ip: host.ip || '0.0.0.0', port: host.port }];
}
