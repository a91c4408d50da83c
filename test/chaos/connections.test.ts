import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import test from 'ava';
import { affectsEngine, type FailedConnection, judgeConnections, tryConnection } from '../../chaos/connections.ts';

const failedAt = (reportedMs: number, engine = 'a'): FailedConnection => ({
  service: 'web',
  container: 'c',
  engine,
  server: 1,
  reportedMs,
  code: 'ECONNREFUSED',
});
const at = (atMs: number, engine = 'a') => ({ engine, atMs });

test('a connection that fails is held against what befell its engine', (t) => {
  const moments = { begun: [at(10_000)], healed: [at(20_000)] };
  const kindOf = (failure: FailedConnection) => {
    const { atOnce, late, unexplained } = judgeConnections(1, [failure], moments);
    return Object.entries({ atOnce, late, unexplained }).flatMap(([kind, each]) => (each.length === 0 ? [] : [kind]));
  };
  t.deepEqual(kindOf(failedAt(8_000)), ['unexplained']);
  t.deepEqual(kindOf(failedAt(9_500)), ['atOnce'], 'it fell while the connection was made');
  t.deepEqual(kindOf(failedAt(12_900)), ['atOnce']);
  t.deepEqual(kindOf(failedAt(13_100)), ['late']);
  t.deepEqual(kindOf(failedAt(22_900)), ['atOnce'], 'what ran there was not asked yet');
  t.deepEqual(kindOf(failedAt(23_100)), ['unexplained']);
  t.deepEqual(kindOf(failedAt(11_000, 'b')), ['unexplained']);
});

test('an engine that is frozen takes connections all the same', (t) => {
  t.false(affectsEngine({ kind: 'freeze engine' }));
  t.true(affectsEngine({ kind: 'cut off engine' }));
});

test('a connection is made, or it is told why not', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  t.is(await tryConnection('127.0.0.1', port), undefined);
  server.close();
  await once(server, 'close');
  t.is(await tryConnection('127.0.0.1', port), 'ECONNREFUSED');
});
