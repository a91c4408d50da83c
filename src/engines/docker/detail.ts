import type { CitadelMarks, ContainerDetail } from '../../model/container.ts';
import { type PortBinding, type RestartPolicy, restartPolicies } from '../../model/image-config.ts';
import { Doubts } from './doubts.ts';
import { boundedPorts, readPortKey, readProtocol, tidyPorts } from './ports.ts';
import { addressOf, containerIdOf, type Fields, fieldsOf, integerOf, listOf, portOf, textOf } from './shape.ts';

/** Variables that every container has; hidden from the reported environment. */
const ownVariables = ['PATH', 'HOME'];
/** Variables in which citadel stores metadata. */
const citadelVariables = { type: '_citadel_type', labels: '_citadel_labels' };
const hiddenVariables = [...ownVariables, ...Object.values(citadelVariables)];

type BarePort = ReturnType<typeof readPortKey>;

interface HostPort {
  readonly ip: string;
  readonly port: number;
}

/**
 * Maps Docker's container inspect. An invalid field gets a fallback value. Throws InvalidResponse if the container id
 * is missing.
 */
export function toContainerDetail(answer: unknown): ContainerDetail {
  const doubts = new Doubts();
  const { Id, Config, HostConfig, NetworkSettings } = fieldsOf(answer, 'the answer');
  const objectOf = (value: unknown, what: string): Fields => doubts.read(() => fieldsOf(value, what), {});
  const config = objectOf(Config, 'Config');
  const host = objectOf(HostConfig, 'HostConfig');
  const variables = textsIn(config.Env ?? [], 'Env', doubts);
  const cpuShares = doubts.read(() => integerOf(host.CpuShares ?? 0, 'CpuShares'), 0);
  const citadel = toCitadelMarks(variables, cpuShares);
  const networkMode = doubts.line(host.NetworkMode ?? 'default', 'NetworkMode');
  return {
    id: containerIdOf(Id, 'Id'),
    imageName: doubts.line(config.Image ?? '', 'Image'),
    hostname: doubts.line(config.Hostname ?? '', 'Hostname'),
    domain: doubts.line(config.Domainname ?? '', 'Domainname'),
    entrypoint: textsIn([config.Entrypoint ?? []].flat(), 'Entrypoint', doubts),
    args: textsIn(config.Cmd ?? [], 'Cmd', doubts),
    environment: toEnvironment(variables),
    volumes: toVolumes(objectOf(config.Volumes ?? {}, 'Volumes'), textsIn(host.Binds ?? [], 'Binds', doubts)),
    restartPolicy: doubts.read(() => toRestartPolicy(fieldsOf(host.RestartPolicy ?? {}, 'RestartPolicy')), {}),
    // Two names of one network; newer daemons report `bridge`.
    networkMode: networkMode === 'default' ? 'bridge' : networkMode,
    cpus: doubts.read(() => toCpus(host), 0),
    // Rounded up, so that a small limit does not become 0 (no limit).
    memory: Math.ceil(doubts.read(() => integerOf(host.Memory ?? 0, 'Memory'), 0) / 2 ** 20),
    ...(citadel && { citadel }),
    bindPorts: boundedPorts(
      eachBinding(objectOf(host.PortBindings ?? {}, 'PortBindings'), doubts).map(askedPort),
      doubts,
    ),
    ports: toBoundPorts(NetworkSettings, doubts),
    ...doubts.marks(),
  };
}

/** The bound ports in the NetworkSettings of an inspect. */
export function toBoundPorts(settings: unknown, doubts: Doubts): ContainerDetail['ports'] {
  const { Ports } = doubts.read(() => fieldsOf(settings ?? {}, 'NetworkSettings'), {});
  const bindings = doubts.read(() => fieldsOf(Ports ?? {}, 'Ports'), {});
  return boundedPorts(tidyPorts(eachBinding(bindings, doubts).flatMap(boundPort)), doubts);
}

function textsIn(value: unknown, what: string, doubts: Doubts): string[] {
  const entries = doubts.read(() => listOf(value, what), []);
  return doubts.each(entries, (entry) => textOf(entry, `an entry of ${what}`));
}

function toEnvironment(variables: readonly string[]): Record<string, string> {
  const pairs = variables.map((variable): [string, string] => {
    const [name = ''] = variable.split('=', 1);
    return [name, variable.slice(name.length + 1)];
  });
  return Object.fromEntries(pairs.filter(([name]) => !hiddenVariables.includes(name)));
}

function toCitadelMarks(variables: readonly string[], cpuShares: number): CitadelMarks | undefined {
  const textOfVariable = (name: string) =>
    variables.find((variable) => variable.startsWith(`${name}=`))?.slice(name.length + 1);
  const type = textOfVariable(citadelVariables.type);
  if (type === undefined) return undefined;
  const labels = (textOfVariable(citadelVariables.labels) ?? '').split(',').filter((label) => label !== '');
  return { type, labels, cpuShares };
}

/** `docker run -v` creates binds and mount points; a mount point with a bind is only shown as bind. */
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

/** `--cpus` sets NanoCpus; older clients set the equivalent CpuQuota. */
function toCpus(host: Fields): number {
  const nano = integerOf(host.NanoCpus ?? 0, 'NanoCpus');
  const quota = integerOf(host.CpuQuota ?? 0, 'CpuQuota', { min: -1 });
  const period = integerOf(host.CpuPeriod ?? 0, 'CpuPeriod');
  if (nano) return nano / 1e9;
  return quota > 0 ? quota / (period || 100_000) : 0;
}

function eachBinding(bindings: Fields, doubts: Doubts): [BarePort, HostPort][] {
  return Object.entries(bindings).flatMap(([key, hosts]) => {
    const entries = doubts.read(() => listOf(hosts ?? [], 'a port'), []);
    const read = doubts.each(entries, (host) => toHostPort(fieldsOf(host, 'an entry of a port'), doubts));
    if (read.length === 0) return [];
    // The host port is in use, even if the container port is invalid.
    const port = doubts.read(() => readPortKey(key), { proto: readProtocol(key.split('/')[1]), container_port: 0 });
    return read.map((host): [BarePort, HostPort] => [port, host]);
  });
}

function toHostPort({ HostIp, HostPort }: Fields, doubts: Doubts): HostPort {
  const port = doubts.line(HostPort ?? '', 'HostPort');
  // `-p 8000-8010:80` requests one port of a range; the engine chooses.
  const isRange = /^\d{1,5}-\d{1,5}$/.test(port);
  return {
    ip: doubts.read(() => addressOf(HostIp ?? '', 'HostIp'), ''),
    port: isRange ? 0 : portOf(Number(port), 'HostPort'),
  };
}

function askedPort([port, host]: [BarePort, HostPort]): PortBinding {
  return { ...port, ...(host.ip ? { host_ip: host.ip } : {}), ...(host.port ? { port: host.port } : {}) };
}

function boundPort([port, host]: [BarePort, HostPort]): Required<PortBinding>[] {
  return host.port === 0 ? [] : [{ ...port, host_ip: host.ip || '0.0.0.0', port: host.port }];
}
