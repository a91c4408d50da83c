import { isIPv4, isIPv6 } from 'node:net';
import type { Answer, OptAnswer, Packet, RecordType } from 'dns-packet';
import type { CatalogEntry } from '../api/catalog.ts';
import { sample, usable } from './choose.ts';
import { addressLabels, type Directory, type Name, nameOf } from './name.ts';

/** DNS response codes. */
const codes = { ok: 0, formatError: 1, noSuchName: 3, notImplemented: 4, refused: 5 } as const;
type Code = keyof typeof codes;

/** Also for negative answers: changes are visible within a second. */
const ttl = 1;
/** Per answer: no client tries more. */
const maxEntries = 200;
const authoritative = 1 << 10;
const recursionDesired = 1 << 8;
/** The maximum UDP size by DNS flag day 2020, which fits into one packet on all networks. */
export const largestDatagram = 1232;

/** The sender truncates the answer if necessary. `isLocal`: the client is on this machine. */
export function answerQuery(query: Packet, domain: string, directory: Directory, isLocal: boolean): Packet {
  const { id = 0, flags = 0, questions = [], additionals = [] } = query;
  const isExtended = additionals.some(({ type }) => type === 'OPT');
  const answer = (code: Code, found: Found = {}): Packet => ({
    ...{ type: 'response', id, questions },
    flags: (code === 'refused' ? 0 : authoritative) | (flags & recursionDesired) | codes[code],
    ...found,
    additionals: [...(found.additionals ?? []), ...(isExtended ? [extension()] : [])],
  });
  const [question] = questions;
  if (!question || questions.length !== 1) return answer('formatError');
  if ((query as { opcode?: string }).opcode !== 'QUERY') return answer('notImplemented');
  const name = nameOf(question.name, domain, directory);
  if (!name || (question.class !== 'IN' && question.class !== 'ANY')) return answer('refused');
  if (name.is === 'nothing') return answer('noSuchName', { authorities: [authority(domain)] });
  const found = recordsOf(name, question.type, { asked: question.name, domain, isLocal });
  return answer('ok', found.answers.length > 0 ? found : { authorities: [authority(domain)] });
}

interface Found {
  readonly answers?: Answer[];
  readonly authorities?: Answer[];
  readonly additionals?: Answer[];
}

interface Question {
  /** With the spelling of the query, which the answer repeats. */
  readonly asked: string;
  readonly domain: string;
  readonly isLocal: boolean;
}

type Records = Found & { readonly answers: Answer[] };

/** The type is checked first, so that queries for unsupported types cost nothing. */
function recordsOf(name: Name, type: RecordType, question: Question): Records {
  if (name.is === 'domain') {
    const { domain } = question;
    return { answers: type === 'SOA' ? [authority(domain)] : type === 'NS' ? [nameServer(domain)] : [] };
  }
  if (name.is === 'entries' && type === 'SRV') return servicesOf(name.entries, question);
  if (name.is === 'routed' && type === 'SRV') return { answers: routedRecords(name.entries, question) };
  if (type !== 'A' && type !== 'AAAA') return { answers: [] };
  if (name.is === 'address') return { answers: addressRecords([name.address], type, question.asked) };
  if (name.is === 'members') {
    const addresses = sample(name.members, maxEntries).map(({ address }) => address);
    return { answers: addressRecords(addresses, type, question.asked) };
  }
  return { answers: name.is === 'entries' ? hostsOf(name.entries, type, question) : [] };
}

/** Entries without a valid DNS name are omitted. */
function servicesOf(all: readonly CatalogEntry[], { asked, domain, isLocal }: Question): Records {
  const entries = sample(usable(all, isLocal), maxEntries).flatMap((entry) => {
    const target = targetOf(entry, domain);
    return target === undefined ? [] : [{ target, port: entry.port, host: entry.host }];
  });
  const hosts = new Map(entries.map(({ target, host }) => [target, host]));
  return {
    answers: entries.map(({ target, port }) => serviceRecord(asked, port, target)),
    additionals: [...hosts].flatMap(([target, host]) => addressRecord(host, target)),
  };
}

function hostsOf(all: readonly CatalogEntry[], type: 'A' | 'AAAA', { asked, isLocal }: Question): Answer[] {
  const hosts = [...new Set(sample(usable(all, isLocal), maxEntries).map(({ host }) => host))];
  const records = addressRecords(hosts, type, asked);
  if (records.length > 0) return records;
  // For engines registered by name, which the client resolves. Only one CNAME is allowed per name.
  const [named] = hosts.filter((host) => !isIPv4(host) && !isIPv6(host));
  return named === undefined ? [] : [{ type: 'CNAME', name: asked, ttl, data: named }];
}

function addressRecords(hosts: readonly string[], type: 'A' | 'AAAA', name: string): Answer[] {
  return hosts.flatMap((host) => addressRecord(host, name)).filter((record) => record.type === type);
}

function serviceRecord(name: string, port: number, target: string): Answer {
  return { type: 'SRV', name, ttl, data: { priority: 0, weight: 1, port, target } };
}

/**
 * If no replica is ready: a host without an address. With an empty answer, a router would keep its last addresses,
 * which may belong to another service by now.
 */
function routedRecords(all: readonly CatalogEntry[], { asked, domain, isLocal }: Question): Answer[] {
  const some = sample(usable(all, isLocal), maxEntries);
  const named = (address?: string) => `${addressLabels(address)}.${domain}`;
  if (some.length === 0) return [serviceRecord(asked, 1, named())];
  return some.map(({ host, port }) => serviceRecord(asked, port, isIPv4(host) || isIPv6(host) ? named(host) : host));
}

/** The DNS name of the replica; undefined if it has none. */
function targetOf({ slot, service, host }: CatalogEntry, domain: string): string | undefined {
  const name = isIPv4(host) || isIPv6(host) ? `${slot}.${service}.${domain}` : host;
  const isName = name.length <= 253 && name.split('.').every((label) => label.length > 0 && label.length <= 63);
  return isName ? name : undefined;
}

function addressRecord(host: string, name: string): Answer[] {
  if (isIPv4(host)) return [{ type: 'A', name, ttl, data: host }];
  return isIPv6(host) ? [{ type: 'AAAA', name, ttl, data: host }] : [];
}

function authority(domain: string): Answer {
  const data = {
    mname: `ns.${domain}`,
    rname: `hostmaster.${domain}`,
    serial: 1,
    refresh: 60,
    retry: 60,
    expire: 60,
    minimum: ttl,
  };
  return { type: 'SOA', name: domain, ttl, data };
}

function nameServer(domain: string): Answer {
  return { type: 'NS', name: domain, ttl, data: `ns.${domain}` };
}

function extension(): OptAnswer {
  return {
    ...{ type: 'OPT', name: '.', udpPayloadSize: largestDatagram },
    ...{ extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: [] },
  };
}
