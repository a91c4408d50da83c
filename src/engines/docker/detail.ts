import type { CitadelMarks, ContainerDetail } from '../../model/container.ts';
import { type PortBinding, type RestartPolicy, restartPolicies } from '../../model/image-config.ts';
import { ParseProblems } from './parse-problems.ts';
import { boundedPorts, deduplicatePorts, readPortKey, readProtocol } from './ports.ts';
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
  const problems = new ParseProblems();
  const { Id, Config, HostConfig, NetworkSettings } = fieldsOf(answer, 'the answer');
  const objectOf = (value: unknown, what: string): Fields => problems.read(() => fieldsOf(value, what), {});
  const config = objectOf(Config, 'Config');
  const host = objectOf(HostConfig, 'HostConfig');
  const variables = textsIn(config.Env ?? [], 'Env', problems);
  const cpuShares = problems.read(() => integerOf(host.CpuShares ?? 0, 'CpuShares'), 0);
  const citadel = toCitadelMarks(variables, cpuShares);
  const networkMode = problems.line(host.NetworkMode ?? 'default', 'NetworkMode');
  return {
    id: containerIdOf(Id, 'Id'),
    imageName: problems.line(config.Image ?? '', 'Image'),
    hostname: problems.line(config.Hostname ?? '', 'Hostname'),
    domain: problems.line(config.Domainname ?? '', 'Domainname'),
    entrypoint: textsIn([config.Entrypoint ?? []].flat(), 'Entrypoint', problems),
    args: textsIn(config.Cmd ?? [], 'Cmd', problems),
    environment: toEnvironment(variables),
    volumes: toVolumes(objectOf(config.Volumes ?? {}, 'Volumes'), textsIn(host.Binds ?? [], 'Binds', problems)),
    restartPolicy: problems.read(() => toRestartPolicy(fieldsOf(host.RestartPolicy ?? {}, 'RestartPolicy')), {}),
    // Two names of one network; newer daemons report `bridge`.
    networkMode: networkMode === 'default' ? 'bridge' : networkMode,
    cpus: problems.read(() => toCpus(host), 0),
    // Rounded up, so that a small limit does not become 0 (no limit).
    memory: Math.ceil(problems.read(() => integerOf(host.Memory ?? 0, 'Memory'), 0) / 2 ** 20),
    ...(citadel && { citadel }),
    bindPorts: boundedPorts(
      eachBinding(objectOf(host.PortBindings ?? {}, 'PortBindings'), problems).map(askedPort),
      problems,
    ),
    ports: toBoundPorts(NetworkSettings, problems),
    ...problems.marks(),
  };
}

/** The bound ports in the NetworkSettings of an inspect. */
export function toBoundPorts(settings: unknown, problems: ParseProblems): ContainerDetail['ports'] {
  const { Ports } = problems.read(() => fieldsOf(settings ?? {}, 'NetworkSettings'), {});
  const bindings = problems.read(() => fieldsOf(Ports ?? {}, 'Ports'), {});
  return boundedPorts(deduplicatePorts(eachBinding(bindings, problems).flatMap(boundPort)), problems);
}

function textsIn(value: unknown, what: string, problems: ParseProblems): string[] {
  const entries = problems.read(() => listOf(value, what), []);
  return problems.each(entries, (entry) => textOf(entry, `an entry of ${what}`));
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

function eachBinding(bindings: Fields, problems: ParseProblems): [BarePort, HostPort][] {
  return Object.entries(bindings).flatMap(([key, hosts]) => {
    const entries = problems.read(() => listOf(hosts ?? [], 'a port'), []);
    const read = problems.each(entries, (host) => toHostPort(fieldsOf(host, 'an entry of a port'), problems));
    if (read.length === 0) return [];
    // The host port is in use, even if the container port is invalid.
    const port = problems.read(() => readPortKey(key), { proto: readProtocol(key.split('/')[1]), container_port: 0 });
    return read.map((host): [BarePort, HostPort] => [port, host]);
  });
}

function toHostPort({ HostIp, HostPort }: Fields, problems: ParseProblems): HostPort {
  const port = problems.line(HostPort ?? '', 'HostPort');
  // `-p 8000-8010:80` requests one port of a range; the engine chooses.
  const isRange = /^\d{1,5}-\d{1,5}$/.test(port);
  return {
    ip: problems.read(() => addressOf(HostIp ?? '', 'HostIp'), ''),
    port: isRange ? 0 : portOf(Number(port), 'HostPort'),
  };
}

function askedPort([port, host]: [BarePort, HostPort]): PortBinding {
  return { ...port, ...(host.ip ? { host_ip: host.ip } : {}), ...(host.port ? { port: host.port } : {}) };
}

function boundPort([port, host]: [BarePort, HostPort]): Required<PortBinding>[] {
  return host.port === 0 ? [] : [{ ...port, host_ip: host.ip || '0.0.0.0', port: host.port }];
}
