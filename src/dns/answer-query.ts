import { isIPv4, isIPv6 } from 'node:net';
import type { Answer, OptAnswer, Packet, RecordType } from 'dns-packet';
import type { CatalogEntry } from '../api/catalog.ts';
import { isLoopback } from '../model/host-of.ts';
import { type Directory, type Name, nameOf } from './name.ts';

/** As DNS numbers them. */
const codes = { ok: 0, formatError: 1, noSuchName: 3, notImplemented: 4, refused: 5 } as const;
type Code = keyof typeof codes;

/** Of every record: a change counts within a second, and of what is not there, too. */
const ttl = 1;
/** Of one answer: no client tries more. */
const mostEntries = 200;
const authoritative = 1 << 10;
const recursionDesired = 1 << 8;
/** What we take by UDP, as DNS flag day 2020 has it: it fits into one packet of any network. */
export const largestDatagram = 1232;

/** An answer without what does not fit is up to whoever sends it. `isLocal`: whoever asks is on this machine. */
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
  const answers = recordsOf(name, question.type, { asked: question.name, domain, isLocal });
  if (answers.length === 0) return answer('ok', { authorities: [authority(domain)] });
  const isService = name.is === 'entries' && question.type === 'SRV';
  return answer('ok', {
    answers,
    ...(isService && { additionals: addressesOf(usable(name.entries, isLocal), domain) }),
  });
}

type Found = Pick<Packet, 'answers' | 'authorities' | 'additionals'>;

interface Question {
  /** As it was spelled: the answer is spelled so, too. */
  readonly asked: string;
  readonly domain: string;
  readonly isLocal: boolean;
}

function recordsOf(name: Name, type: RecordType, { asked, domain, isLocal }: Question): Answer[] {
  if (name.is === 'domain') return type === 'SOA' ? [authority(domain)] : type === 'NS' ? [nameServer(domain)] : [];
  if (name.is === 'members') {
    const members = shuffled(name.members).slice(0, mostEntries);
    return members.flatMap(({ address }) => addressRecord(address, asked)).filter((record) => record.type === type);
  }
  if (name.is !== 'entries') return [];
  const entries = shuffled(usable(name.entries, isLocal)).slice(0, mostEntries);
  if (type === 'SRV') return entries.flatMap((entry) => serviceRecord(entry, asked, domain));
  if (type !== 'A' && type !== 'AAAA') return [];
  const hosts = [...new Set(entries.map(({ host }) => host))];
  const records = hosts.flatMap((host) => addressRecord(host, asked)).filter((record) => record.type === type);
  if (records.length > 0) return records;
  // Of engines that are registered by a name: whoever asks looks it up. A name may stand for one other name alone.
  const [named] = hosts.filter((host) => !isIPv4(host) && !isIPv6(host));
  return named === undefined ? [] : [{ type: 'CNAME', name: asked, ttl, data: named }];
}

/**
 * Where nothing else is left, what an engine has that does not answer may still be there. What is on this machine is so for
 * nobody else.
 */
function usable(all: readonly CatalogEntry[], isLocal: boolean): readonly CatalogEntry[] {
  const entries = isLocal ? all : all.filter(({ host }) => !isLoopback(host));
  const sure = entries.filter(({ unreachable_since }) => unreachable_since === undefined);
  return sure.length > 0 ? sure : entries;
}

function serviceRecord(entry: CatalogEntry, asked: string, domain: string): Answer[] {
  const target = targetOf(entry, domain);
  return target === undefined
    ? []
    : [{ type: 'SRV', name: asked, ttl, data: { priority: 0, weight: 1, port: entry.port, target } }];
}

/** The name of the replica; undefined: DNS has none for it. */
function targetOf({ slot, service, host }: CatalogEntry, domain: string): string | undefined {
  const name = isIPv4(host) || isIPv6(host) ? `${slot}.${service}.${domain}` : host;
  const isName = name.length <= 253 && name.split('.').every((label) => label.length > 0 && label.length <= 63);
  return isName ? name : undefined;
}

function addressesOf(entries: readonly CatalogEntry[], domain: string): Answer[] {
  const byTarget = new Map(entries.map((entry) => [targetOf(entry, domain), entry.host]));
  return [...byTarget].flatMap(([target, host]) => (target === undefined ? [] : addressRecord(host, target)));
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

/** Whoever takes the first address takes another one each time. */
function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}
