import type { Redis } from 'ioredis';
import type { Finding } from '../../model/finding.ts';
import { mebibytes } from '../../model/mebibytes.ts';
import { parseInfo } from './server-check.ts';

const subject = 'store';
/** In percent of Redis' memory limit. */
const warnAtPercent = 75;
const problemAtPercent = 90;

/** Checks Redis' persistence, eviction policy and memory usage. */
export async function examineRedis(client: Redis): Promise<Finding[]> {
  const facts = parseInfo(await client.info());
  const fact = (name: string) => facts.get(name) ?? '';
  const version = `Redis ${fact('redis_version') || 'of unknown version'}`;
  return [
    { check: 'store.version', subject, status: 'ok', message: version } as const,
    persistence(fact, await setting(client, 'appendfsync')),
    writing(fact),
    eviction(fact),
    memory(fact),
  ].flatMap((each) => each ?? []);
}

type Fact = (name: string) => string;

/** Undefined: the user lacks permission, or Redis does not report it. */
async function setting(client: Redis, name: string): Promise<string | undefined> {
  try {
    const answer = (await client.config('GET', name)) as unknown;
    return Array.isArray(answer) && typeof answer[1] === 'string' ? answer[1] : undefined;
  } catch {
    return undefined;
  }
}

function persistence(fact: Fact, appendfsync: string | undefined): Finding {
  const check = 'store.persistence';
  if (fact('aof_enabled') !== '1') {
    const message =
      'Redis has no append-only file: what was acknowledged since its last snapshot is lost when it stops';
    return { check, subject, status: 'warning', message, remedy: 'set appendonly yes' };
  }
  if (appendfsync === 'no') {
    const message = 'Redis lets the system decide when its append-only file reaches the disk (appendfsync no)';
    return { check, subject, status: 'warning', message, remedy: 'set appendfsync everysec, or always' };
  }
  const how = appendfsync === undefined ? '' : `, appendfsync ${appendfsync}`;
  return { check, subject, status: 'ok', message: `Redis has an append-only file${how}` };
}

function writing(fact: Fact): Finding | undefined {
  const failed = [
    ...(fact('aof_last_write_status') === 'err' ? ['the append-only file'] : []),
    ...(fact('rdb_last_bgsave_status') === 'err' ? ['a snapshot'] : []),
  ];
  if (failed.length === 0) return undefined;
  const message = `Redis could not write ${failed.join(' and ')}`;
  const remedy = 'look at its log, its disk, and the rights on its folder';
  return { check: 'store.disk', subject, status: 'problem', message, remedy };
}

function eviction(fact: Fact): Finding | undefined {
  const [policy, limit] = [fact('maxmemory_policy'), fact('maxmemory')];
  if (policy === '') return undefined;
  const check = 'store.eviction';
  if (policy === 'noeviction' || limit === '0') {
    return { check, subject, status: 'ok', message: 'Redis evicts no records' };
  }
  const message = `Redis may evict records when its memory is full (maxmemory-policy ${policy})`;
  return { check, subject, status: 'problem', message, remedy: 'set maxmemory-policy noeviction' };
}

function memory(fact: Fact): Finding | undefined {
  const used = Number(fact('used_memory'));
  const limit = Number(fact('maxmemory')) || Number(fact('total_system_memory'));
  if (!(used > 0 && limit > 0)) return undefined;
  const percent = Math.round((used / limit) * 100);
  const of = fact('maxmemory') === '0' ? 'the machine has' : 'it may take (maxmemory)';
  const message = `Redis takes ${mebibytes(used)} of the ${mebibytes(limit)} that ${of}`;
  const found = { check: 'store.memory', subject, message };
  if (percent < warnAtPercent) return { ...found, status: 'ok' };
  const status = percent < problemAtPercent ? 'warning' : 'problem';
  return { ...found, status, remedy: 'give it more: without room, it refuses every change' };
}
