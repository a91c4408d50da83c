import type Docker from 'dockerode';
import { attachmentsOf, type ImageConfig, type PortBinding, type RestartPolicy } from '../../model/image-config.ts';
import { secretPath } from '../../model/secret.ts';
import type { ContainerSpec } from '../engine-client.ts';
import { toDevice, toDeviceRequests } from './devices.ts';
import { given } from './given.ts';
import { toNetworkingConfig } from './networking.ts';
import { portKey } from './ports.ts';
import { toRuntimeConfig, toRuntimeHostConfig } from './runtime-spec.ts';

const sharesPerCpu = 1024;
/** The bounds of cgroup CPU shares; Docker refuses what is above and the kernel rounds up what is below. */
const minimumShares = 2;
const maximumShares = 262_144;
/** Docker refuses a smaller limit than a hundredth of a CPU. */
const minimumNanoCpus = 10_000_000;

/** The body of Docker's container create. What the image config does not mention is left to the image and the daemon. */
export function toDockerSpec({ image, name, labels, maximumCpus }: ContainerSpec): Docker.ContainerCreateOptions {
  const { bind_ports = [], volumes = [], expose = [], docker: { HostConfig: rest, ...config } = {} } = image;
  const ports = [...bind_ports.map(portKey), ...expose.map((port) => (port.includes('/') ? port : `${port}/tcp`))];
  const mountPoints = volumes.filter((volume) => !volume.includes(':'));
  return {
    // Beneath what is asked for by fields, with which it has nothing in common.
    ...config,
    name,
    Image: image.name,
    // Last what the container is known by.
    Labels: { ...image.container_labels, ...labels },
    ...given('Env', environmentOf(image)),
    ...given('Hostname', image.hostname),
    ...given('Domainname', image.domain),
    ...given('Cmd', image.args && [...image.args]),
    ...given('Entrypoint', image.entrypoint && [...image.entrypoint]),
    ...(ports.length > 0 ? { ExposedPorts: Object.fromEntries(ports.map((port) => [port, {}])) } : {}),
    ...(mountPoints.length > 0 ? { Volumes: Object.fromEntries(mountPoints.map((path) => [path, {}])) } : {}),
    ...toRuntimeConfig(image),
    ...toNetworkingConfig(image),
    // For the query.
    ...given('platform', image.platform),
    HostConfig: { ...(rest as Docker.HostConfig), ...toHostConfig(image, maximumCpus), ...toRuntimeHostConfig(image) },
  };
}

/** Undefined: the one of the image. */
function environmentOf({ environment, secrets = [] }: ImageConfig): string[] | undefined {
  const paths = secrets.flatMap((secret) => (secret.env === undefined ? [] : [[secret.env, secretPath(secret)]]));
  if (!environment && paths.length === 0) return undefined;
  return [...Object.entries(environment ?? {}), ...paths].map((pair) => pair.join('='));
}

export function toHostConfig(image: ImageConfig, maximumCpus: number): Docker.HostConfig {
  const { bind_ports = [], links = {}, volumes = [], cpus, memory, restart_policy } = image;
  const binds = volumes.filter((volume) => volume.includes(':'));
  return {
    ...(cpus ? cpuLimits(cpus, maximumCpus) : {}),
    ...(memory ? { Memory: memory * 2 ** 20 } : {}),
    ...(bind_ports.length > 0 ? { PortBindings: toPortBindings(bind_ports) } : {}),
    ...(binds.length > 0 ? { Binds: binds } : {}),
    ...given('Links', image.links && Object.entries(links).map(([container, alias]) => `${container}:${alias}`)),
    ...(restart_policy.name ? { RestartPolicy: toRestartPolicy(restart_policy, restart_policy.name) } : {}),
    ...given('PublishAllPorts', image.publish),
    ...given('NetworkMode', attachmentsOf(image)[0]?.name ?? image.network_mode),
    ...given('VolumesFrom', image.volumes_from && [...image.volumes_from]),
    ...given('Devices', image.devices?.map(toDevice)),
    ...given('DeviceRequests', image.gpus === undefined ? undefined : toDeviceRequests(image.gpus)),
  };
}

/** A limit for the container, and a fair share where all together want more than there is. */
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
    // An empty host port lets the engine choose, an empty address is all of them.
    const binding = { HostIp: port.host_ip ?? '', HostPort: port.port ? String(port.port) : '' };
    bindings[key] = [...(bindings[key] ?? []), binding];
  }
  return bindings;
}

function toRestartPolicy({ maximum_retry }: RestartPolicy, name: string): Docker.HostRestartPolicy {
  return { Name: name, ...given('MaximumRetryCount', name === 'on-failure' ? maximum_retry : undefined) };
}
