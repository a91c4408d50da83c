import type Docker from 'dockerode';
import {
  attachmentsOf,
  type ImageConfig,
  isCdiName,
  type PortBinding,
  type RestartPolicy,
} from '../../model/image-config.ts';
import { secretPath } from '../../model/secret.ts';
import type { ContainerSpec } from '../engine-client.ts';
import { toDevice, toDeviceRequests } from './devices.ts';
import { toNetworkingConfig } from './networking.ts';
import { optionalField } from './optional-field.ts';
import { portKey } from './ports.ts';
import { toRuntimeConfig, toRuntimeHostConfig } from './runtime-spec.ts';

const sharesPerCpu = 1024;
/** The range of cgroup CPU shares; Docker rejects larger values, and the kernel rounds up smaller ones. */
const minimumShares = 2;
const maximumShares = 262_144;
/** Docker rejects limits below a hundredth of a CPU. */
const minimumNanoCpus = 10_000_000;

/** The body of Docker's container create. Absent fields keep the defaults of the image and the daemon. */
export function toDockerSpec({ image, name, labels, maximumCpus }: ContainerSpec): Docker.ContainerCreateOptions {
  const {
    bind_ports = [],
    volumes = [],
    expose = [],
    docker: { HostConfig: rest, Env: unset, ...config } = {},
  } = image;
  const { DeviceRequests: requests, ...host } = (rest ?? {}) as Docker.HostConfig;
  const variables = environmentOf(image, unset);
  const deviceRequests = [...(requests ?? []), ...toDeviceRequests(image)];
  const ports = [...bind_ports.map(portKey), ...expose.map((port) => (port.includes('/') ? port : `${port}/tcp`))];
  const mountPoints = volumes.filter((volume) => !volume.includes(':'));
  return {
    // Overridden by the fields below; lists that both set are merged.
    ...config,
    name,
    Image: image.name,
    // Labels of Satsuma come last, so that they cannot be overridden.
    Labels: { ...image.container_labels, ...labels },
    ...optionalField('Env', variables),
    ...optionalField('Hostname', image.hostname),
    ...optionalField('Domainname', image.domain),
    ...optionalField('Cmd', image.args && [...image.args]),
    ...optionalField('Entrypoint', image.entrypoint && [...image.entrypoint]),
    ...(ports.length > 0 ? { ExposedPorts: Object.fromEntries(ports.map((port) => [port, {}])) } : {}),
    ...(mountPoints.length > 0 ? { Volumes: Object.fromEntries(mountPoints.map((path) => [path, {}])) } : {}),
    ...toRuntimeConfig(image),
    ...toNetworkingConfig(image),
    // Sent in the query.
    ...optionalField('platform', image.platform),
    HostConfig: {
      ...host,
      ...toHostConfig(image, maximumCpus),
      ...toRuntimeHostConfig(image),
      ...(deviceRequests.length > 0 && { DeviceRequests: deviceRequests }),
    },
  };
}

/** Undefined: the image's environment. A name without a value removes a variable of the image. */
function environmentOf({ environment, secrets = [] }: ImageConfig, unset: unknown): string[] | undefined {
  const paths = secrets.flatMap((secret) => (secret.env === undefined ? [] : [[secret.env, secretPath(secret)]]));
  const pairs = [...Object.entries(environment ?? {}), ...paths];
  const names = (Array.isArray(unset) ? unset : []).filter((name) => pairs.every(([known]) => known !== name));
  if (!environment && paths.length + names.length === 0) return undefined;
  return [...names, ...pairs.map((pair) => pair.join('='))];
}

export function toHostConfig(image: ImageConfig, maximumCpus: number): Docker.HostConfig {
  const { bind_ports = [], links = {}, volumes = [], cpus, memory, restart_policy } = image;
  const binds = volumes.filter((volume) => volume.includes(':'));
  const devices = image.devices?.filter((device) => !isCdiName(device)) ?? [];
  return {
    ...(cpus ? cpuLimits(cpus, maximumCpus) : {}),
    ...(memory ? { Memory: memory * 2 ** 20 } : {}),
    ...(bind_ports.length > 0 ? { PortBindings: toPortBindings(bind_ports) } : {}),
    ...(binds.length > 0 ? { Binds: binds } : {}),
    ...optionalField(
      'Links',
      image.links && Object.entries(links).map(([container, alias]) => `${container}:${alias}`),
    ),
    ...(restart_policy.name ? { RestartPolicy: toRestartPolicy(restart_policy, restart_policy.name) } : {}),
    ...optionalField('PublishAllPorts', image.publish),
    ...optionalField('NetworkMode', attachmentsOf(image)[0]?.name ?? image.network_mode),
    ...optionalField('VolumesFrom', image.volumes_from && [...image.volumes_from]),
    ...(devices.length > 0 ? { Devices: devices.map(toDevice) } : {}),
  };
}

/** A hard limit, and a proportional share under contention. */
function cpuLimits(cpus: number, maximumCpus: number): Pick<Docker.HostConfig, 'NanoCpus' | 'CpuShares'> {
  return {
    NanoCpus: Math.max(minimumNanoCpus, Math.round(Math.min(cpus, maximumCpus) * 1e9)),
    CpuShares: Math.min(maximumShares, Math.max(minimumShares, Math.round(cpus * sharesPerCpu))),
  };
}

function toPortBindings(ports: readonly PortBinding[]): Record<string, { HostIp: string; HostPort: string }[]> {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of ports) {
    const key = portKey(port);
    // An empty host port lets the engine choose; an empty address means all addresses.
    const binding = { HostIp: port.host_ip ?? '', HostPort: port.port ? String(port.port) : '' };
    bindings[key] = [...(bindings[key] ?? []), binding];
  }
  return bindings;
}

function toRestartPolicy({ maximum_retry }: RestartPolicy, name: string): Docker.HostRestartPolicy {
  return { Name: name, ...optionalField('MaximumRetryCount', name === 'on-failure' ? maximum_retry : undefined) };
}
