import test, { type ExecutionContext } from 'ava';
import { planContainer } from '../../src/commands/containers/plan-container.ts';
import { runContainer } from '../../src/execution/run-container.ts';
import { SatsumaError } from '../../src/model/errors.ts';
import type { ImageConfig } from '../../src/model/image-config.ts';
import { startCluster, type TestCluster } from '../fixtures/harness.ts';

const busybox: ImageConfig = { name: 'demo/busybox:1', type: 'label', restart_policy: {}, strategy: 'spread' };

/** Three engines, the database on the last one, where nothing would go by itself. */
async function withDatabase(t: ExecutionContext): Promise<TestCluster & { readonly databaseId: string }> {
  const cluster = await startCluster(t, { engines: 3 });
  const { id } = await runContainer(cluster, { ...busybox, container_name: 'db', labels: ['on-c'] });
  return { ...cluster, databaseId: id };
}

for (const [what, needs] of Object.entries({
  'is linked to': { links: { db: 'database' } },
  'shares the network of': { network_mode: 'container:db' },
  'has the volumes of': { volumes_from: ['db:ro'] },
}) as [string, Partial<ImageConfig>][]) {
  test(`a container that ${what} another one runs on its engine`, async (t) => {
    const cluster = await withDatabase(t);
    t.is((await runContainer(cluster, { ...busybox, ...needs })).engine.id, 'c');
    const { candidates, refused } = await planContainer(cluster, { ...busybox, ...needs });
    t.deepEqual(
      candidates.map(({ engine }) => engine.id),
      ['c'],
    );
    t.deepEqual(refused.counts, [{ message: `it ${what} container db, which is on engine c`, engines: 2 }]);
  });

  test(`a container that ${what} a missing one is refused, and no engine is tried`, async (t) => {
    const cluster = await startCluster(t, { engines: 2 });
    const running = runContainer(cluster, { ...busybox, ...needs });
    const error = await t.throwsAsync<SatsumaError>(running, { instanceOf: SatsumaError });
    const counts = [{ message: `it ${what} container db, which does not exist`, engines: 2 }];
    t.like(error, { code: 'unschedulable', details: { counts } });
    t.false(cluster.engines.some(({ calls }) => calls.some((call) => call.startsWith('createContainer'))));
  });
}

test('a container can be referenced by id or id prefix', async (t) => {
  const { databaseId, ...cluster } = await withDatabase(t);
  for (const reference of [databaseId, databaseId.slice(0, 12)]) {
    const { engine } = await runContainer(cluster, { ...busybox, network_mode: `container:${reference}` });
    t.is(engine.id, 'c');
  }
});

test('a foreign container that is not cached yet is found', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  cluster.engines[1]?.runForeign('theirs');
  t.is((await runContainer(cluster, { ...busybox, links: { theirs: 'x' } })).engine.id, 'b');
});

test('a container that depends on two engines is refused, with the reason of each', async (t) => {
  const cluster = await withDatabase(t);
  await runContainer(cluster, { ...busybox, container_name: 'cache', labels: ['on-a'] });
  const { candidates, refused } = await planContainer(cluster, {
    ...busybox,
    ...{ links: { db: 'db' }, network_mode: 'container:cache' },
  });
  t.deepEqual(candidates, []);
  t.deepEqual(
    refused.engines.map(({ engine, message }) => [engine, message]),
    [
      ['a', 'it is linked to container db, which is on engine c'],
      ['b', 'it is linked to container db, which is on engine c'],
      ['c', 'it shares the network of container cache, which is on engine a'],
    ],
  );
});
