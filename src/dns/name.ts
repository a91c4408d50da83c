import type { CatalogEntry } from '../api/catalog.ts';
import { entriesByPort, entriesBySlot } from './choose.ts';

/** The current services and replicas. */
export interface Directory {
  /** The service with this lower-case name, because DNS names are case-insensitive. */
  serviceNamed(name: string): string | undefined;
  /** The name of the service with this record id; a later service with the same name has another id. */
  serviceWithId(id: string): string | undefined;
  /** Whether there are services whose lower-case names end with a dot and `end`. */
  isEndOfNames(end: string): boolean;
  /** The addresses of its ready replicas: the same list until something changes. */
  entriesOf(service: string): readonly CatalogEntry[];
  /**
   * The ready replicas in a network of the services with this name or alias, both in lower case: for one service, the
   * same list until something changes. Undefined: no service has the name, in any network.
   */
  membersNamed(name: string, network: string): readonly Member[] | undefined;
}

export interface Member {
  readonly slot: string;
  /** Its address in the network. */
  readonly address: string;
}

/** The meaning of a name below the domain. */
export type Name =
  | { readonly is: 'domain' }
  /** A service or slot: its ready replicas, possibly none. */
  | { readonly is: 'entries'; readonly entries: readonly CatalogEntry[] }
  /**
   * The same for routers: hosts have names that stand for their addresses only, and if none is ready, there is a host
   * without an address.
   */
  | { readonly is: 'routed'; readonly entries: readonly CatalogEntry[] }
  /** A host, by address. */
  | { readonly is: 'address'; readonly address: string }
  /** A service or slot in a network: addresses only, because replicas listen on their own ports there. */
  | { readonly is: 'members'; readonly members: readonly Member[] }
  /** Names exist below it, but not at it. */
  | { readonly is: 'empty' }
  | { readonly is: 'nothing' };

const protocols = ['tcp', 'udp'];

/** Limits the lookups, which combine labels. */
const maxLabels = 24;
/** The label that precedes network names. */
const networksLabel = 'net';
/** The label that precedes host addresses. */
const addressesLabel = 'addr';
/** The id of a service's record; no slot has such a name. */
const idPattern = /^[0-9a-f]{16}$/;
/** The name of a host without an address. */
const noAddress = 'none';

/**
 * Parses `SERVICE`, `SLOT.SERVICE`, each with an optional prefix `_PORT._tcp` or `_PORT._udp` (the container port); and
 * `SERVICE.NETWORK.net`, `SLOT.SERVICE.NETWORK.net`. Routers use `_PORT._tcp.ID.addr`, with the id of the service's
 * record, because its name may later belong to another project's service. Routers pool connections by host name, so
 * hosts are named `HEX.addr`, which never changes its address, unlike a slot. Undefined: the name is not below the
 * domain.
 */
export function nameOf(text: string, domain: string, directory: Directory): Name | undefined {
  const name = text.toLowerCase();
  if (name === domain) return { is: 'domain' };
  if (!name.endsWith(`.${domain}`)) return undefined;
  const labels = name.slice(0, -domain.length - 1).split('.');
  if (labels.length > maxLabels) return { is: 'nothing' };
  if (labels.at(-1) === networksLabel && labels.length > 2) {
    const members = membersOf(labels.slice(0, -1), directory);
    return members ? { is: 'members', members } : { is: 'nothing' };
  }
  if (labels.length > 1 && labels.at(-1) === addressesLabel) {
    const address = labels.length === 2 ? addressIn(labels[0] ?? '') : undefined;
    if (address !== undefined) return { is: 'address', address };
    const routed = routedAt(labels, directory);
    if (routed) return routed;
  }
  return entriesNamed(labels, directory);
}

/** Undefined: it is not a router's name. A service may be named `addr`. */
function routedAt(labels: readonly string[], directory: Directory): Name | undefined {
  const [port = '', protocol, id = ''] = labels;
  if (labels.length !== 4 || !/^_[0-9]{1,5}$/.test(port) || protocol !== '_tcp' || !idPattern.test(id))
    return undefined;
  const service = directory.serviceWithId(id);
  const entries = service === undefined ? [] : directory.entriesOf(service);
  return { is: 'routed', entries: entriesByPort(entries, `tcp/${Number(port.slice(1))}`) };
}

function entriesNamed(labels: readonly string[], directory: Directory): Name {
  const protocolAt = labels.findIndex((label) => protocols.includes(label.slice(1)) && label.startsWith('_'));
  if (protocolAt > 1) return { is: 'nothing' };
  const entries = entriesOf(labels.slice(protocolAt + 1), directory);
  if (!entries) return { is: hasNamesBelow(labels, directory) ? 'empty' : 'nothing' };
  if (protocolAt === -1) return { is: 'entries', entries };
  if (protocolAt === 0) return { is: 'empty' };
  const [port = '', protocol = ''] = labels.map((label) => label.slice(1));
  if (!/^_[0-9]{1,5}$/.test(labels[0] ?? '')) return { is: 'nothing' };
  return { is: 'entries', entries: entriesByPort(entries, `${protocol}/${Number(port)}`) };
}

/**
 * Resolvers may query a name label by label from its end, and stop at a missing one (RFC 9156). Networks are unknown
 * here: any name may be one.
 */
function hasNamesBelow(labels: readonly string[], { isEndOfNames }: Directory): boolean {
  if (labels.at(-1) === addressesLabel && labels[0] !== noAddress) return true;
  return (labels.at(-1) === networksLabel && labels.length <= 2) || isEndOfNames(labels.join('.'));
}

function entriesOf(labels: readonly string[], directory: Directory): readonly CatalogEntry[] | undefined {
  return found(labels, (name) => {
    const service = directory.serviceNamed(name);
    return service === undefined ? undefined : directory.entriesOf(service);
  });
}

/** Network names may contain dots. */
function membersOf(labels: readonly string[], directory: Directory): readonly Member[] | undefined {
  let empty: readonly Member[] | undefined;
  for (let at = labels.length - 1; at > 0; at--) {
    const network = labels.slice(at).join('.');
    const members = found(labels.slice(0, at), (name) => directory.membersNamed(name, network));
    if (members && members.length > 0) return members;
    empty ??= members;
  }
  return empty;
}

/**
 * The parts of a service or of one of its slots, both of whose names may contain dots. Undefined: `partsOf` knows no
 * such service or slot.
 */
function found<T extends { readonly slot: string }>(
  labels: readonly string[],
  partsOf: (name: string) => readonly T[] | undefined,
): readonly T[] | undefined {
  for (let at = 0; at < labels.length; at++) {
    const parts = partsOf(labels.slice(at).join('.'));
    if (parts === undefined) continue;
    if (at === 0) return parts;
    const slot = labels.slice(0, at).join('.');
    const ofSlot = entriesBySlot(parts, slot);
    if (ofSlot.length > 0) return ofSlot;
  }
  return undefined;
}

/** The host's name below the domain: its address in hexadecimal digits, or the name of a host without one. */
export function addressLabels(address: string | undefined): string {
  return `${address === undefined ? noAddress : hexOf(address)}.${addressesLabel}`;
}

function hexOf(address: string): string {
  if (!address.includes(':'))
    return address
      .split('.')
      .map((part) => hex(Number(part), 2))
      .join('');
  const [head = '', tail] = address.split('::');
  const [before, after] = [head, tail ?? ''].map((part) => part.split(':').filter((each) => each !== ''));
  const missing = 8 - (before?.length ?? 0) - (after?.length ?? 0);
  const groups = [...(before ?? []), ...Array<string>(tail === undefined ? 0 : missing).fill('0'), ...(after ?? [])];
  return groups.map((group) => group.padStart(4, '0')).join('');
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

function addressIn(label: string): string | undefined {
  if (!/^([0-9a-f]{8}|[0-9a-f]{32})$/.test(label)) return undefined;
  const parts = label.match(label.length === 8 ? /../g : /..../g) ?? [];
  return label.length === 8 ? parts.map((part) => Number.parseInt(part, 16)).join('.') : parts.join(':');
}
