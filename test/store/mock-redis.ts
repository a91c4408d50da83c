import type { Redis, RedisOptions } from 'ioredis';
import RedisMock from 'ioredis-mock';
import { openStoreWith, type RedisStoreOptions } from '../../src/store/redis/redis-store.ts';
import type { Store } from '../../src/store/store.ts';

type Entry = [id: string, fields: string[]];
type Command = (...args: unknown[]) => Promise<unknown>;

const pauseMs = 10;

const corrections = [
  ["redis.call('TIME')", "{ os.time() .. '.0', '0' }"],
  ['return found', 'return { unpack(found) }'],
  ["version .. '-' .. entries", 'version'],
] as const;

/**
 * A store over ioredis-mock 8.13, with what it cannot do made good where the store needs it:
 * - it has no `status`, and no scripts with a variable number of keys;
 * - the microseconds of its TIME know nothing of the seconds, so its time goes backwards once a second; and its Lua has
 *   integers of 32 bits, too small for milliseconds;
 * - of the tables that a script returns it takes only those for lists that were written as one `{ ... }`;
 * - it knows no second part of an entry's id: all entries of one version have the id `version-0`;
 * - its XREAD gives an entry to one reader only, compares ids as text, and goes on waiting after `disconnect`. The store
 *   uses XREAD to be woken and for nothing else, so a pause does.
 * - its Lua ends on some commands of the trial write, which a stand-in has no need of.
 *
 * What stays wrong: `__proto__` is no field of its hashes, it trims streams exactly and with XADD only, and takes its time
 * over large ones. It tells nothing of
 * connections that fail, of Redis' own Lua, or of speed; test/integration/store does.
 */
export function openMockStore(options: RedisStoreOptions): Promise<Store> {
  return openStoreWith((_url, settings) => standIn(settings), options);
}

function standIn(options: RedisOptions): Redis {
  const mock = new RedisMock(options);
  const define = mock.defineCommand.bind(mock);
  const readAll = mock.xrange.bind(mock);
  let isConnected = true;

  const replacements = {
    status: 'ready',
    defineCommand(name: string, { lua }: { lua: string }): void {
      const commands = mock as unknown as Record<string, Command>;
      if (name === 'satsuma:trial') {
        commands[name] = async () => 'ok';
        return;
      }
      const text = corrections.reduce((corrected, [from, to]) => corrected.replaceAll(from, to), lua);
      commands[name] = async (keyCount, keys, args) => {
        const fixed = `${name} ${keyCount}`;
        if (!commands[fixed]) define(fixed, { lua: text, numberOfKeys: Number(keyCount) });
        return commands[fixed]?.(...[keys, args].flat());
      };
    },
    async xread(): Promise<null> {
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      if (!isConnected) throw new Error('Connection is closed.');
      return null;
    },
    disconnect(): void {
      isConnected = false;
    },
    async xrange(key: string, start: string, end: string, ...[, count]: [string?, number?]): Promise<Entry[]> {
      const all: Entry[] = await readAll(key, '-', '+');
      return all
        .filter(([id]) => start === '-' || compareIds(id, start) >= 0)
        .filter(([id]) => end === '+' || compareIds(id, end) <= 0)
        .slice(0, count);
    },
    duplicate: () => standIn({ ...options, lazyConnect: true }),
  };
  return Object.assign(mock, replacements) as unknown as Redis;
}

function compareIds(one: string, other: string): number {
  const [[version = 0, part = 0], [otherVersion = 0, otherPart = 0]] = [one, other].map((id) =>
    id.split('-').map(Number),
  ) as [number[], number[]];
  return version - otherVersion || part - otherPart;
}
