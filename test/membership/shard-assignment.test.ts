import test, { type ExecutionContext } from 'ava';
import { ownerOf, ShardAssignment, shardOf } from '../../src/membership/shard-assignment.ts';
import { startCluster, type TestCluster } from '../fixtures/harness.ts';

const engines = Array.from({ length: 40 }, (_, index) => `engine-${index}`);

function join(t: ExecutionContext, cluster: TestCluster, id: string): ShardAssignment {
  const share = new ShardAssignment(cluster, id);
  share.start();
  t.teardown(() => share.stop());
  return share;
}

async function until(isSo: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 30_000; !isSo() && Date.now() < deadline; ) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const followers = (shares: readonly ShardAssignment[]) =>
  engines.map((engine) => shares.filter((share) => share.has(engine)).length);

test('a single server follows every engine', async (t) => {
  const share = join(t, await startCluster(t), 'one');
  await until(() => engines.every((engine) => share.has(engine)));
  t.true(engines.every((engine) => share.has(engine)));
});

test('two servers share the engines without overlap; when one leaves the other takes over', async (t) => {
  const cluster = await startCluster(t);
  const [one, two] = [join(t, cluster, 'one'), join(t, cluster, 'two')];
  await until(() => followers([one, two]).every((count) => count === 1) && engines.some((engine) => two.has(engine)));
  t.deepEqual(new Set(followers([one, two])), new Set([1]));
  t.true(engines.some((engine) => one.has(engine)) && engines.some((engine) => two.has(engine)));
  await two.stop();
  await until(() => engines.every((engine) => one.has(engine)));
  t.true(engines.every((engine) => one.has(engine)));
});

test('when a server leaves, only its own shards move', (t) => {
  const three = ['a', 'b', 'c'];
  for (let shard = 0; shard < 16; shard++) {
    const before = ownerOf(shard, three);
    if (before !== 'c') t.is(ownerOf(shard, ['a', 'b']), before);
  }
});

test('an engine’s shard only depends on its id', (t) => {
  t.is(shardOf('web-1'), shardOf('web-1'));
  t.true(engines.every((engine) => shardOf(engine) >= 0 && shardOf(engine) < 16));
  t.true(new Set(engines.map(shardOf)).size > 8);
});
