import test, { type ExecutionContext } from 'ava';
import { destroyContainer } from '../../src/commands/containers/destroy-container.ts';
import { resyncEngine } from '../../src/engine-sync/resync-engine.ts';
import { runContainer } from '../../src/execution/run-container.ts';
import { startCluster, type TestCluster } from '../fixtures/harness.ts';
import { type CrashPoint, Life, mortal, outlive } from '../fixtures/mortal.ts';

const busybox = { name: 'demo/busybox:1', type: 'label', restart_policy: {}, memory: 100 } as const;

/** `gone`: no container, no record, nothing held. `running`: one container, on record, its memory held. */
type Outcome = 'gone' | 'running';

/** What is left once its lease ran out and another server looked, twice. */
async function outcome(t: ExecutionContext, cluster: TestCluster): Promise<Outcome> {
  const { store, cache } = cluster;
  for (let looks = 0; looks < 2; looks++) await resyncEngine(cluster, 'a');
  await cache.catchUp();
  const containers = [...cluster.pool.client({ id: 'a' }).containers.values()];
  const records = cache.reservations('a');
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
      await cluster.cache.catchUp();
      // A server that is over answers nobody.
      destroyContainer(mortal(cluster, life), id).catch(() => undefined);
    }
    await life.ended;
    await outlive(cluster, life);
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
