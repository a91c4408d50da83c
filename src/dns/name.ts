import type { CatalogEntry } from '../api/catalog.ts';
import { entriesByPort, entriesBySlot } from './choose.ts';

/** What there is to tell, as of now. */
export interface Directory {
  /** The service that has this name in lower case, if there is one: DNS knows no capitals. */
  serviceNamed(name: string): string | undefined;
  /** The name of the service whose record has this id: another one that gets the name has another id. */
  serviceWithId(id: string): string | undefined;
  /** Whether there are services whose names, in lower case, end with a dot and this. */
  isEndOfNames(end: string): boolean;
  /** Where its ready replicas can be reached: the same list until something changes. */
  entriesOf(service: string): readonly CatalogEntry[];
  /**
   * The ready replicas in a network of the services that have this name or alias there, both in lower case: of one service the same
   * list until something changes. Undefined: no service has it, there or anywhere.
   */
  membersNamed(name: string, network: string): readonly Member[] | undefined;
}

export interface Member {
  readonly slot: string;
  /** Inside of the network. */
  readonly address: string;
}

/** What a name below the domain stands for. */
export type Name =
  | { readonly is: 'domain' }
  /** Of a service or of one of its slots: those that are ready, which may be none. */
  | { readonly is: 'entries'; readonly entries: readonly CatalogEntry[] }
  /** The same for routers: hosts have names that stand for their addresses alone, and where none is ready there is a host without one. */
  | { readonly is: 'routed'; readonly entries: readonly CatalogEntry[] }
  /** Of a host, by its address. */
  | { readonly is: 'address'; readonly address: string }
  /** The same inside of a network: addresses alone, for there a replica has the ports that it listens on. */
  | { readonly is: 'members'; readonly members: readonly Member[] }
  /** There are names below it, and nothing at it. */
  | { readonly is: 'empty' }
  | { readonly is: 'nothing' };

const protocols = ['tcp', 'udp'];

/** Below the domain: each is looked up with those after it. */
const mostLabels = 24;
/** The label before which networks are named. */
const networksLabel = 'net';
/** The label before which hosts are named by their addresses. */
const addressesLabel = 'addr';
/** Of a service's record: no slot is called so. */
const idPattern = /^[0-9a-f]{16}$/;
/** Of a host that has none. */
const noAddress = 'none';

/**
 * `SERVICE`, `SLOT.SERVICE`, and `_PORT._tcp` or `_PORT._udp` before either, the port being the container's; and
 * `SERVICE.NETWORK.net`, `SLOT.SERVICE.NETWORK.net`. `_PORT._tcp.ID.addr`, by the id of the service's record, is for routers: a name may be that of
 * another project's service tomorrow. They keep connections by the name of a host: a slot may be on another host tomorrow, and `HEX.addr` is never
 * another address. Undefined: the name is not below the domain.
 */
export function nameOf(text: string, domain: string, directory: Directory): Name | undefined {
  const name = text.toLowerCase();
  if (name === domain) return { is: 'domain' };
  if (!name.endsWith(`.${domain}`)) return undefined;
  const labels = name.slice(0, -domain.length - 1).split('.');
  if (labels.length > mostLabels) return { is: 'nothing' };
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

/** Undefined: it is no name of a router's. A service may be called `addr`. */
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
 * Resolvers may ask for a name label by label from its end, and for nothing below one that is not there (RFC 9156). Which
 * networks there are is not known here: each may be one.
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

/** Names of networks may have dots, too. */
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
 * What there is of a service, or of one of its slots. Both names may have dots. Undefined: there is no such service or slot, as
 * `partsOf` says of each name.
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

/** The name of a host, below the domain: its address in hexadecimal digits. Undefined: it is none. */
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
