import type Joi from 'joi';
import { bareName } from '../../model/bare-name.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { ImageConfig, PortBinding } from '../../model/image-config.ts';
import { imageConfigSchema } from '../image-schema.ts';
import { check, sentenceOf } from '../validation.ts';
import { isNothing } from './is-nothing.ts';
import { runtimeOfRaw } from './raw-runtime.ts';
import { type RawBinding, type RawContainer, type RawDevice, rawContainerSchema, understood } from './raw-schema.ts';

const host = 'HostConfig.';
/** What a client says of itself. */
const ofNoEffect = ['HostConfig.ConsoleSize'];
/** What clients write who say nothing. */
const unsaid = new Map<string, unknown>([['HostConfig.MemorySwappiness', -1]]);

/**
 * The body of Docker's container create as an image config, which is checked as any other: it can do what /apiv1 can.
 * Throws `invalid`, with the names of what an image config cannot say: nothing is dropped. `beside`: fields that the door read elsewhere, not checked yet.
 */
export function imageOfRaw(body: object, beside: Readonly<Record<string, unknown>> = {}): ImageConfig {
  const raw = valid(rawContainerSchema, body);
  const runtime = runtimeOfRaw({ ...raw }, isLeftOut);
  const unheld = [...secondCpus(raw), ...runtime.unheld];
  if (unheld.length > 0) {
    throw new SatsumaError('invalid', `an image config has no word for ${unheld.join(', ')}: nothing was made`);
  }
  const { docker } = runtime.fields;
  const unset = unsetVariables(raw);
  return valid<ImageConfig>(imageConfigSchema, {
    ...toImage(raw),
    ...runtime.fields,
    ...(unset.length > 0 && { docker: { ...docker, Env: unset } }),
    ...beside,
  });
}

function valid<T>(schema: Joi.Schema<T>, value: unknown): T {
  const checked = check(schema, value);
  if ('value' in checked) return checked.value;
  throw new SatsumaError('invalid', sentenceOf(checked.problems));
}

function toImage(raw: RawContainer): object {
  const { Image: name, Cmd, Entrypoint, Env, Hostname, Domainname, Labels } = raw;
  const { Links, NetworkMode, PublishAllPorts, Devices, NanoCpus, RestartPolicy, ...limits } = raw.HostConfig ?? {};
  const memory = limits.Memory || raw.Memory;
  const shares = limits.CpuShares || raw.CpuShares;
  const cpus = NanoCpus ? NanoCpus / 1e9 : (shares ?? 0) / 1024;
  return {
    name,
    type: 'label',
    ...given('args', Cmd && [Cmd].flat()),
    ...given('entrypoint', Entrypoint && [Entrypoint].flat()),
    ...given('environment', Env && Object.fromEntries(Env.filter((each) => each.includes('=')).map(toVariable))),
    ...given('hostname', Hostname),
    ...given('domain', Domainname),
    ...given('user_data', Labels && Object.fromEntries(Object.entries(Labels).map(([key, value]) => [key, [value]]))),
    ...given('container_labels', Labels),
    ...given('bind_ports', toPorts(raw)),
    ...given('expose', PublishAllPorts ? [] : exposedOnly(raw)),
    ...given('volumes', toVolumes(raw)),
    // Rounded up to what an image config can say: a small limit must not become none.
    ...given('cpus', Math.ceil(cpus * 1000) / 1000),
    ...given('memory', memory && Math.ceil(memory / 2 ** 20)),
    ...given('links', Links && Object.fromEntries(Links.map(toLink))),
    ...given('volumes_from', limits.VolumesFrom?.map(bareName)),
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
  const [container = '', alias = container] = bareName(link).split(':');
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

/** Docker takes a variable out of the image's that is named only. */
function unsetVariables({ Env }: RawContainer): string[] {
  return (Env ?? []).filter((variable) => !variable.includes('='));
}

/** A limit of ours sets the share too. */
function secondCpus({ CpuShares, HostConfig }: RawContainer): string[] {
  return HostConfig?.NanoCpus && (HostConfig.CpuShares || CpuShares) ? ['CpuShares beside NanoCpus'] : [];
}

/** Read above, or nothing is said by it. */
function isLeftOut(place: string, value: unknown): boolean {
  const isRead = place.startsWith(host)
    ? understood.hostConfig.includes(place.slice(host.length))
    : understood.container.includes(place);
  return isRead || ofNoEffect.includes(place) || isNothing(value) || unsaid.get(place) === value;
}

/** What is in a list or an object counts, even if it is empty: a variable may be. */
function given(key: string, value: unknown): object {
  const isEmpty = typeof value === 'object' ? Object.keys(value ?? {}).length === 0 : !value;
  return isEmpty ? {} : { [key]: value };
}
