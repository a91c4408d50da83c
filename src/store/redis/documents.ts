import { checkChanges, checkGuard, checkId } from '../check-input.ts';
import { sortById } from '../sort-by-id.ts';
import type { DocumentStore } from '../store.ts';
import type { Announce } from './announce.ts';
import type { RedisConnection } from './connection.ts';
import type { RedisKeys } from './keys.ts';
import { documentOf } from './records.ts';
import { writeResult } from './results.ts';
import { runScript } from './scripts.ts';

export function redisDocuments({ run, change }: RedisConnection, keys: RedisKeys, announce: Announce): DocumentStore {
  return {
    async read(kind, id) {
      checkId(`The id of a document of kind ${kind}`, id);
      const record = await run((client) => client.hget(keys.documents(kind), id));
      return record === null ? undefined : documentOf(kind, id, record);
    },
    async list(kind) {
      const records = await run((client) => client.hgetall(keys.documents(kind)));
      return sortById(Object.entries(records).map(([id, record]) => documentOf(kind, id, record)));
    },
    async write(changes, guard = {}) {
      checkChanges(changes);
      checkGuard(guard);
      const { lease, unlessReserved } = guard;
      const reserved = unlessReserved === undefined ? keys.nothing : keys.reservationsOf(unlessReserved);
      const documents = changes.map(({ kind }) => keys.documents(kind));
      const scriptKeys = [...announce.keys, reserved, keys.leases, ...documents];
      const fixed = [...announce.args(), lease?.name ?? '', lease?.token ?? ''];
      const args = changes.flatMap(({ kind, id, ifVersion, value }) => {
        return [kind, id, ifVersion ?? '', value ? JSON.stringify(value) : ''];
      });
      const reply = await change((client) => runScript(client, 'write', scriptKeys, [...fixed, ...args]));
      return writeResult(reply, changes);
    },
  };
}
