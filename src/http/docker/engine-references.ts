import type { Request } from '@hapi/hapi';
import { bareName } from '../../model/bare-name.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { findWithin } from '../../state/scopes.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The id of the container that `ENGINE/NAME` means. Other references stay as they are. */
type ReferenceReader = (reference: string) => Promise<string>;

/** Throws `no_such_container`, `ambiguous_container`. */
export function referenceReader(cluster: Cluster, { scope }: Pick<Request['app'], 'scope'>): ReferenceReader {
  return async (reference) => {
    if (!bareName(reference).includes('/')) return reference;
    if (scope) return await findWithin(cluster, scope, { reference });
    return (await findContainer(cluster, reference)).container.id;
  };
}

/**
 * The body of a create in which each container that is named as `ENGINE/NAME` is named by its id: engines and image configs know no engine in a
 * name. Values of another type stay, as they are refused where the body is read.
 */
export async function withReferencesRead(
  { HostConfig, NetworkingConfig, ...body }: Fields,
  read: ReferenceReader,
): Promise<Fields> {
  return {
    ...body,
    ...(isObject(HostConfig) ? { HostConfig: await readInHost(HostConfig, read) } : given({ HostConfig })),
    ...(isObject(NetworkingConfig)
      ? { NetworkingConfig: await readInNetworks(NetworkingConfig, read) }
      : given({ NetworkingConfig })),
  };
}

async function readInHost(host: Fields, read: ReferenceReader): Promise<Fields> {
  const changed: Record<string, unknown> = { ...host };
  for (const key of ['NetworkMode', 'IpcMode', 'PidMode']) {
    const [, reference] = /^container:(.+)$/s.exec(String(host[key] ?? '')) ?? [];
    if (reference !== undefined) changed[key] = `container:${await read(reference)}`;
  }
  if ('VolumesFrom' in host) changed.VolumesFrom = await eachText(host.VolumesFrom, (text) => readBefore(text, read));
  if ('Links' in host) changed.Links = await eachText(host.Links, (text) => readLink(text, read));
  return changed;
}

async function readInNetworks(networking: Fields, read: ReferenceReader): Promise<Fields> {
  const { EndpointsConfig } = networking;
  if (!isObject(EndpointsConfig)) return networking;
  const endpoints = Object.entries(EndpointsConfig).map(async ([network, endpoint]) => [
    network,
    isObject(endpoint) ? await withLinksRead(endpoint, read) : endpoint,
  ]);
  return { ...networking, EndpointsConfig: Object.fromEntries(await Promise.all(endpoints)) };
}

/** The same for the links of one network's endpoint. */
export async function withLinksRead(endpoint: Fields, read: ReferenceReader): Promise<Fields> {
  if (!('Links' in endpoint)) return endpoint;
  return { ...endpoint, Links: await eachText(endpoint.Links, (text) => readLink(text, read)) };
}

/** `CONTAINER:ro` */
async function readBefore(text: string, read: ReferenceReader): Promise<string> {
  const [reference = '', ...rest] = text.split(':');
  return [await read(reference), ...rest].join(':');
}

/** `CONTAINER:ALIAS`, or the container's own name as its alias. */
async function readLink(text: string, read: ReferenceReader): Promise<string> {
  const [reference = '', alias] = text.split(':');
  const found = await read(reference);
  if (found === reference) return text;
  return `${found}:${alias ?? reference.replace(/^.*\//s, '')}`;
}

async function eachText(value: unknown, change: (text: string) => Promise<string>): Promise<unknown> {
  if (!Array.isArray(value)) return value;
  return await Promise.all(value.map((each) => (typeof each === 'string' ? change(each) : each)));
}

function given(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
