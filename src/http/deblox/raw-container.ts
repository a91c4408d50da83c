import type Joi from 'joi';
import { SatsumaError } from '../../model/errors.ts';
import type { ImageConfig, PortBinding } from '../../model/image-config.ts';
import { imageConfigSchema } from '../image-schema.ts';
import { check, sentenceOf } from '../validation.ts';
import { type RawBinding, type RawContainer, type RawDevice, rawContainerSchema, understood } from './raw-schema.ts';

/** What a client says to itself: it makes no difference to a container that nobody is attached to. */
const ofNoEffect = ['AttachStdin', 'AttachStdout', 'AttachStderr', 'HostConfig.ConsoleSize'];
/** What clients write who say nothing. */
const unsaid = new Map<string, unknown>([['HostConfig.MemorySwappiness', -1]]);

/**
 * The body of Docker's container create as an image config, which is checked as any other: it can do what /apiv1 can.
 * Throws `invalid`, with the names of whatever an image config has no word for: nothing is dropped.
 */
export function imageOfRaw(body: object): ImageConfig {
  const raw = valid(rawContainerSchema, body);
  const unheld = [...unknownIn(raw), ...unboundPorts(raw), ...withoutValue(raw), ...secondCpus(raw)];
  if (unheld.length > 0) {
    throw new SatsumaError('invalid', `an image config has no word for ${unheld.join(', ')}: nothing was made`);
  }
  return valid<ImageConfig>(imageConfigSchema, toImage(raw));
}

function valid<T>(schema: Joi.Schema<T>, value: unknown): T {
  const checked = check(schema, value);
  if ('value' in checked) return checked.value;
  throw new SatsumaError('invalid', sentenceOf(checked.problems));
}

/** What Docker's `Warnings` say of it: nothing is null. */
export function warningsOfRaw({ Labels }: Pick<RawContainer, 'Labels'>): readonly string[] | null {
  const hasLabels = Object.keys(Labels ?? {}).length > 0;
  return hasLabels ? ['Labels are kept as user_data, and not set on the container'] : null;
}

function toImage(raw: RawContainer): unknown {
  const { Image: name, Cmd, Entrypoint, Env, Hostname, Domainname, Labels } = raw;
  const { Links, NetworkMode, PublishAllPorts, Devices, NanoCpus, RestartPolicy, ...host } = raw.HostConfig ?? {};
  const memory = host.Memory || raw.Memory;
  const shares = host.CpuShares || raw.CpuShares;
  const cpus = NanoCpus ? NanoCpus / 1e9 : (shares ?? 0) / 1024;
  return {
    name,
    type: 'label',
    ...given('args', Cmd && [Cmd].flat()),
    ...given('entrypoint', Entrypoint && [Entrypoint].flat()),
    ...given('environment', Env && Object.fromEntries(Env.map(toVariable))),
    ...given('hostname', Hostname),
    ...given('domain', Domainname),
    ...given('user_data', Labels && Object.fromEntries(Object.entries(Labels).map(([key, value]) => [key, [value]]))),
    ...given('bind_ports', toPorts(raw)),
    ...given('volumes', toVolumes(raw)),
    // Rounded up to what an image config can say: a small limit must not become none.
    ...given('cpus', Math.ceil(cpus * 1000) / 1000),
    ...given('memory', memory && Math.ceil(memory / 2 ** 20)),
    ...given('links', Links && Object.fromEntries(Links.map(toLink))),
    ...given(
      'volumes_from',
      host.VolumesFrom?.map((from) => from.replace(/^\//, '')),
    ),
    ...given('publish', PublishAllPorts),
    ...given('network_mode', NetworkMode === 'default' ? '' : NetworkMode),
    ...given('devices', Devices?.map(toDevice)),
    restart_policy: {
      ...given('name', RestartPolicy?.Name),
      ...given('maximum_retry', RestartPolicy?.MaximumRetryCount),
    },
  };
}

function toVariable(variable: string): [string, string] {
  const [name = ''] = variable.split('=', 1);
  return [name, variable.slice(name.length + 1)];
}

function toLink(link: string): [string, string] {
  const [container = '', alias = container] = link.replace(/^\//, '').split(':');
  return [container, alias];
}

function toDevice({ PathOnHost, PathInContainer, CgroupPermissions }: RawDevice): string {
  return [PathOnHost, PathInContainer, CgroupPermissions].filter(Boolean).join(':');
}

/** A mount point that something is bound to is named twice by some clients. */
function toVolumes({ Volumes, HostConfig }: RawContainer): string[] {
  const binds = HostConfig?.Binds ?? [];
  const targets = binds.map((bind) => bind.split(':')[1]);
  return [...binds, ...Object.keys(Volumes ?? {}).filter((path) => !targets.includes(path))];
}

function toPorts(raw: RawContainer): unknown[] {
  const bound = Object.entries(raw.HostConfig?.PortBindings ?? {}).flatMap(([key, hosts]) =>
    (hosts ?? []).map((host) => ({ ...toPort(key), ...toHostPort(host) })),
  );
  if (!raw.HostConfig?.PublishAllPorts) return bound;
  return [...bound, ...exposedOnly(raw).map(toPort)];
}

function toPort(key: string): Pick<PortBinding, 'container_port'> & { readonly proto: string } {
  const [port = '', proto = 'tcp'] = key.split('/');
  return { proto, container_port: Number(port) };
}

function toHostPort({ HostIp, HostPort }: RawBinding): object {
  return { ...given('host_ip', HostIp), ...given('port', HostPort && Number(HostPort)) };
}

/** Ports without a binding. */
function exposedOnly({ ExposedPorts, HostConfig }: RawContainer): string[] {
  const bindings = HostConfig?.PortBindings ?? {};
  const isBound = (key: string) => Object.hasOwn(bindings, key) && (bindings[key] ?? []).length > 0;
  return Object.keys({ ...ExposedPorts, ...bindings }).filter((key) => !isBound(key));
}

function unboundPorts(raw: RawContainer): string[] {
  return raw.HostConfig?.PublishAllPorts ? [] : exposedOnly(raw).map((key) => `the port ${key}, which is not bound`);
}

/** Docker takes a variable out of the image's that is named only. */
function withoutValue({ Env }: RawContainer): string[] {
  const names = (Env ?? []).filter((variable) => !variable.includes('='));
  return names.length === 0 ? [] : ['variables without a value in Env'];
}

/** A limit of ours sets the share too. */
function secondCpus({ CpuShares, HostConfig }: RawContainer): string[] {
  return HostConfig?.NanoCpus && (HostConfig.CpuShares || CpuShares) ? ['CpuShares beside NanoCpus'] : [];
}

function unknownIn(raw: RawContainer): string[] {
  const container = Object.entries(raw).filter(([key]) => !understood.container.includes(key));
  const host = Object.entries(raw.HostConfig ?? {}).filter(([key]) => !understood.hostConfig.includes(key));
  return [...container, ...host.map(([key, value]): [string, unknown] => [`HostConfig.${key}`, value])]
    .filter(([key, value]) => !ofNoEffect.includes(key) && !isNothing(value) && unsaid.get(key) !== value)
    .map(([key]) => key);
}

/** As Go leaves out what is empty, all the way down: nothing is asked for. */
function isNothing(value: unknown): boolean {
  return typeof value === 'object' && value !== null ? Object.values(value).every(isNothing) : !value;
}

/** What is in a list or an object counts, be it empty: a variable may be. */
function given(key: string, value: unknown): object {
  const isEmpty = typeof value === 'object' ? Object.keys(value ?? {}).length === 0 : !value;
  return isEmpty ? {} : { [key]: value };
}
