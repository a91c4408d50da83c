import test, { type ExecutionContext } from 'ava';
import type { Cluster } from '../../src/cluster/cluster.ts';
import { destroyContainer } from '../../src/cluster/destroy-container.ts';
import { runContainer } from '../../src/cluster/run-container.ts';
import { observeEngine } from '../../src/cluster/watch/observe-engine.ts';
import { startCluster, type TestCluster } from './harness.ts';
import { type CrashPoint, Life } from './mortal.ts';

const busybox = { name: 'demo/busybox:1', type: 'label', restart_policy: {}, memory: 100 } as const;

/** `gone`: no container, no record, nothing held. `running`: one container, on record, its memory held. */
type Outcome = 'gone' | 'running';

/** The cluster as a server sees it that will stop at the point. */
function mortal(cluster: TestCluster, life: Life): Cluster {
  const client = life.through(cluster.pool.client({ id: 'a' }));
  return {
    ...cluster,
    store: life.through(cluster.store),
    pool: {
      ...cluster.pool,
      canonicalAddress: cluster.pool.canonicalAddress,
      forget: () => {},
      close: () => {},
      client: () => client,
    },
    settings: { ...cluster.settings, leaseMs: 20 },
  };
}

/** What is left once its lease ran out and another server looked, twice. */
async function outcome(t: ExecutionContext, cluster: TestCluster): Promise<Outcome> {
  const { store, mirror } = cluster;
  await mirror.catchUp();
  while (mirror.reservations('a').some(({ state }) => state === 'reserved')) {
    if ((await store.expired()).length > 0) await observeEngine(cluster, 'a');
    await new Promise((resolve) => setTimeout(resolve, 5));
    await mirror.catchUp();
  }
  for (let looks = 0; looks < 2; looks++) await observeEngine(cluster, 'a');
  await mirror.catchUp();
  const containers = [...cluster.pool.client({ id: 'a' }).containers.values()];
  const records = mirror.reservations('a');
  const held = (await store.sums('a')).get('memory') ?? 0;
  t.is(records.length, containers.length, 'each container has a record, and no record is without one');
  t.is(held, 100 * records.length);
  t.true(containers.every(({ state }) => state === 'running'));
  t.true(records.every(({ state }) => state === 'bound'));
  return containers.length === 0 ? 'gone' : 'running';
}

const crashIn = test.macro({
  async exec(t, command: 'run' | 'destroy', point: CrashPoint, expected: Outcome) {
    const cluster = await startCluster(t, { engines: 1 });
    const life = new Life(point);
    if (command === 'run') void runContainer(mortal(cluster, life), busybox);
    else {
      const { id } = await runContainer(cluster, busybox);
      await cluster.mirror.catchUp();
      void destroyContainer(mortal(cluster, life), id);
    }
    await life.ended;
    t.is(await outcome(t, cluster), expected);
    // Whatever the outcome, the place can be used again.
    t.is((await runContainer(cluster, busybox)).engine.id, 'a');
  },
  title: (_, command, { call, when }: CrashPoint, expected) =>
    `a server that stops ${when} ${call} in a ${command}: ${expected}`,
});

test(crashIn, 'run', { call: 'reserve', when: 'before' }, 'gone');
test(crashIn, 'run', { call: 'reserve', when: 'after' }, 'gone');
test(crashIn, 'run', { call: 'createContainer', when: 'before' }, 'gone');
test(crashIn, 'run', { call: 'createContainer', when: 'after' }, 'gone');
test(crashIn, 'run', { call: 'startContainer', when: 'before' }, 'gone');
test(crashIn, 'run', { call: 'startContainer', when: 'after' }, 'running');
test(crashIn, 'run', { call: 'bind', when: 'before' }, 'running');
test(crashIn, 'run', { call: 'bind', when: 'after' }, 'running');
test(crashIn, 'destroy', { call: 'removeContainer', when: 'before' }, 'running');
test(crashIn, 'destroy', { call: 'removeContainer', when: 'after' }, 'gone');
test(crashIn, 'destroy', { call: 'release', when: 'before' }, 'gone');
test(crashIn, 'destroy', { call: 'release', when: 'after' }, 'gone');
