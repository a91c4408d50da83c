import type { CatalogEntry } from '../api/catalog.ts';

/** What there is to tell, as of now. */
export interface Directory {
  /** The service that has this name in lower case, if there is one: DNS knows no capitals. */
  serviceNamed(name: string): string | undefined;
  /** Where its ready replicas can be reached. */
  entriesOf(service: string): readonly CatalogEntry[];
}

/** What a name below the domain stands for. */
export type Name =
  | { readonly is: 'domain' }
  /** Of a service or of one of its slots: those that are ready, which may be none. */
  | { readonly is: 'entries'; readonly entries: readonly CatalogEntry[] }
  /** There are names below it, and nothing at it. */
  | { readonly is: 'empty' }
  | { readonly is: 'nothing' };

const protocols = ['tcp', 'udp'];

/**
 * `SERVICE`, `SLOT.SERVICE`, and `_PORT._tcp` or `_PORT._udp` before either, the port being the container's. Undefined: the name
 * is not below the domain.
 */
export function nameOf(text: string, domain: string, directory: Directory): Name | undefined {
  const name = text.toLowerCase();
  if (name === domain) return { is: 'domain' };
  if (!name.endsWith(`.${domain}`)) return undefined;
  const labels = name.slice(0, -domain.length - 1).split('.');
  const protocolAt = labels.findIndex((label) => protocols.includes(label.slice(1)) && label.startsWith('_'));
  if (protocolAt > 1) return { is: 'nothing' };
  const entries = entriesOf(labels.slice(protocolAt + 1), directory);
  if (!entries) return { is: 'nothing' };
  if (protocolAt === -1) return { is: 'entries', entries };
  if (protocolAt === 0) return { is: 'empty' };
  const [port = '', protocol = ''] = labels.map((label) => label.slice(1));
  if (!/^_[0-9]{1,5}$/.test(labels[0] ?? '')) return { is: 'nothing' };
  const ofPort = entries.filter(({ proto, container_port }) => proto === protocol && container_port === Number(port));
  return { is: 'entries', entries: ofPort };
}

/** Names of services and slots may have dots. Undefined: there is no such service. */
function entriesOf(labels: readonly string[], directory: Directory): readonly CatalogEntry[] | undefined {
  for (let at = 0; at < labels.length; at++) {
    const service = directory.serviceNamed(labels.slice(at).join('.'));
    if (service === undefined) continue;
    const entries = directory.entriesOf(service);
    if (at === 0) return entries;
    const slot = labels.slice(0, at).join('.');
    const ofSlot = entries.filter((entry) => entry.slot.toLowerCase() === slot);
    if (ofSlot.length > 0) return ofSlot;
  }
  return undefined;
}
