import type { Redis } from 'ioredis';
import { SatsumaError } from '../../model/errors.ts';
import type { StoreLogger } from './store-logger.ts';

/** The first version with streams and with script replication by effects. */
const oldestMajor = 5;

/**
 * Refuses a Redis that is too old or may evict records, and warns about settings with which it may lose acknowledged
 * changes.
 */
export async function checkServer(
  client: Redis,
  endpoint: string,
  logger: StoreLogger | undefined,
  replicas = 0,
): Promise<void> {
  const facts = parseInfo(await client.info());
  const version = facts.get('redis_version') ?? 'unknown';
  if (!(Number.parseInt(version, 10) >= oldestMajor)) {
    const message = `Redis at ${endpoint} has version ${version}; Satsuma needs ${oldestMajor} or newer, or Valkey.`;
    throw new SatsumaError('store_unavailable', message);
  }
  const policy = facts.get('maxmemory_policy');
  // After the eviction of a ledger sum, its claims would be granted again.
  if (policy !== undefined && policy !== 'noeviction' && facts.get('maxmemory') !== '0') {
    const what = `may evict records when its memory is full (maxmemory-policy ${policy})`;
    const remedy = 'set maxmemory-policy noeviction, or maxmemory 0';
    throw new SatsumaError('store_unavailable', `Redis at ${endpoint} ${what}; ${remedy}.`);
  }
  if (Number(facts.get('connected_slaves') ?? 0) < replicas) {
    logger?.warn({ endpoint, replicas }, 'Redis has fewer replicas than changes wait for; all of them will fail');
  }
  if (facts.get('aof_enabled') === '0') {
    logger?.warn({ endpoint }, 'Redis may lose the last records when it restarts; set appendonly yes');
  }
}

export function parseInfo(info: string): ReadonlyMap<string, string> {
  const lines = info.split(/\r?\n/).filter((line) => line.includes(':'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}
