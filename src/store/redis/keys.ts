import { SatsumaError } from '../../model/errors.ts';
import { redisPrefixPattern } from '../../model/redis-prefix.ts';
import type { DocumentKind } from '../documents.ts';

/** All key names in Redis. The prefix is their hash tag, so a Cluster keeps them in one slot. */
export interface RedisKeys {
  /** A string: the version of the last change. */
  readonly version: string;
  /** A stream with one or more entries per version, with the ids `version-0`, `version-1`, ... */
  readonly changes: string;
  /** A hash: the epoch of the store, and the size of the stream in bytes. */
  readonly feed: string;
  /** A hash: document id to record. */
  documents(kind: DocumentKind): string;
  /** A hash: reservation id to record. */
  readonly reservations: string;
  /** A sorted set: reservation ids by the end of their lease, in milliseconds since 1970. */
  readonly leaseEnds: string;
  /** A hash: container name to reservation id. */
  readonly names: string;
  /** A hash: claim key to sum. A sum of 0 has no field. */
  sums(engineId: string): string;
  /** A hash: claim key of a quota to its sum over all engines. A sum of 0 has no field. */
  readonly quotas: string;
  /** A set: reservation ids. */
  reservationsOf(engineId: string): string;
  /** A key that never exists. */
  readonly nothing: string;
  /** A hash: lease name to token, end and holder. */
  readonly leases: string;
  /** A string: the last issued token. */
  readonly tokens: string;
  /** A string, a stream, a hash, a set and a sorted set, used only by the trial write. */
  readonly trial: readonly [counter: string, stream: string, hash: string, set: string, sorted: string];
}

export function redisKeys(prefix: string): RedisKeys {
  if (!redisPrefixPattern.test(prefix)) {
    throw new SatsumaError('invalid', `The prefix of Satsuma's keys in Redis must match ${redisPrefixPattern.source}.`);
  }
  const key = (...parts: string[]): string => [`{${prefix}}`, ...parts].join(':');
  return {
    version: key('version'),
    changes: key('changes'),
    feed: key('feed'),
    documents: (kind) => key('documents', kind),
    reservations: key('reservations'),
    leaseEnds: key('lease-ends'),
    names: key('names'),
    sums: (engineId) => key('engine', engineId, 'sums'),
    quotas: key('quotas'),
    reservationsOf: (engineId) => key('engine', engineId, 'reservations'),
    nothing: key('nothing'),
    leases: key('leases'),
    tokens: key('tokens'),
    trial: [
      key('trial', 'string'),
      key('trial', 'stream'),
      key('trial', 'hash'),
      key('trial', 'set'),
      key('trial', 'sorted-set'),
    ],
  };
}
