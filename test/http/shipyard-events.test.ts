import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Store } from '../../src/store/store.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { openDoor, serveOther } from './open-door.ts';

const password = 'correct horse battery';

interface Told {
  readonly type: string;
  readonly time: string;
}

async function open(t: ExecutionContext) {
  const reads: string[] = [];
  const wrap = (store: Store): Store =>
    new Proxy(store, {
      get: (target, key) => {
        const value = Reflect.get(target, key);
        if (typeof value !== 'function') return value;
        return (...given: unknown[]) => {
          const isEvents = key === 'follow' || key === 'reservations' || (key === 'list' && given[0] === 'container');
          if (isEvents) reads.push(String(key));
          return value.apply(target, given);
        };
      },
    });
  const { cluster, call } = await openDoor(t, { engines: 2, wrap });
  const adminPasswordFile = join(temporaryFolder(t), 'password');
  writeFileSync(adminPasswordFile, `${password}\n`);
  const { server, call: door } = await serveOther(cluster, 'shipyard', { adminPasswordFile });
  t.teardown(() => server.stop());
  const { body } = await door('POST', '/auth/login', { username: 'admin', password });
  const events = async (query = ''): Promise<Told[]> => {
    const headers = { 'x-access-token': `admin:${body.auth_token}` };
    return (await door('GET', `/api/events${query}`, undefined, headers)).body;
  };
  return { cluster, call, events, reads };
}

test('who asks for events again and again has the feed read once, and is told of what was written just before', async (t) => {
  const { call, events, reads } = await open(t);
  const { length } = await events();
  reads.splice(0);
  for (const name of ['c', 'd', 'e']) {
    t.is((await call('POST', '/apiv1/engine', { id: name, addr: `https://${name}.test:2376` })).status, 201);
    const added = (await events()).filter(({ type }) => type === 'add-engine');
    t.true(added.length >= 3, name);
  }
  t.true((await events()).length >= length + 3);
  t.deepEqual(reads, []);
});

test('events are the newest first by their time, also where an older one was written later', async (t) => {
  const { cluster, events } = await open(t);
  await events();
  const engine = await cluster.store.read('engine', 'a');
  if (!engine) throw new Error('no engine');
  const value = { ...engine.value, condition: 'down', since: '2026-01-01T00:00:00.000Z' } as const;
  await cluster.store.write([{ kind: 'engine', id: 'a', value }]);
  const told = await events();
  const times = told.map(({ time }) => Date.parse(time));
  t.true(times.length >= 3);
  t.deepEqual(
    times,
    times.toSorted((a, b) => b - a),
  );
  t.is(told.at(-1)?.time, '2026-01-01T00:00:00.000Z');
});
