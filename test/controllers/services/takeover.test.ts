import test from 'ava';
import { createService, removeService, updateService } from '../../../src/commands/services/change-service.ts';
import { runContainer } from '../../../src/execution/run-container.ts';
import { busybox, policy, spec } from '../../decisions/services/views.ts';
import { startCluster, type TestCluster } from '../../fixtures/harness.ts';
import { type CrashPoint, Life } from '../../fixtures/mortal.ts';
import {
  containersOf,
  createdOn,
  endLeadOf,
  eventually,
  isRunning,
  resyncAll,
  startServer,
  untilShown,
} from './stage.ts';

const rolling = { ...spec, image: { ...busybox, strategy: 'spread' }, update: { ...policy, monitor: 0 } } as const;
const other = { ...rolling.image, environment: { VERSION: '2' } };
const options = { engines: 2, settings: { leaseMs: 1000 } };

/** The most containers there ever were at the same time. */
function countMost(cluster: TestCluster): () => number {
  let most = 0;
  for (const engine of cluster.engines) {
    const create = engine.createContainer.bind(engine);
    engine.createContainer = async (asked) => {
      const id = await create(asked);
      most = Math.max(most, containersOf(cluster).length);
      return id;
    };
  }
  return () => most;
}

test('of two servers one acts, and the other goes on when it is gone', async (t) => {
  const cluster = await startCluster(t, options);
  const life = new Life({ call: 'never', when: 'before' });
  const one = await startServer(t, cluster, { id: 'one', life });
  await eventually(t, () => one.leadership.fence() !== undefined);
  const two = await startServer(t, cluster, { id: 'two' });
  await createService(cluster, 'web', rolling);
  await untilShown(t, cluster, 'web', isRunning);
  t.is(createdOn(cluster), 2);
  t.is(two.leadership.fence(), undefined);
  life.end();
  await updateService(cluster, 'web', { image: other });
  await endLeadOf(cluster, 'one');
  await untilShown(t, cluster, 'web', isRunning);
  t.is(createdOn(cluster), 4);
});

test('who lost the lead, and does not know it yet, starts nothing', async (t) => {
  const refused: string[] = [];
  const cluster = await startCluster(t, {
    ...options,
    wrap: (store) => ({
      ...store,
      write: async (changes, guard) => {
        const result = await store.write(changes, guard);
        if (!result.ok && result.conflict === 'lease') refused.push(changes[0]?.kind ?? '');
        return result;
      },
    }),
  });
  const { leadership } = await startServer(t, cluster, { id: 'one' });
  await eventually(t, () => leadership.fence() !== undefined);
  const lease = leadership.fence() ?? { name: '', token: 0 };
  await endLeadOf(cluster, 'one');
  await eventually(t, async () => (await cluster.store.acquireLease('services', 'two', 60_000)) !== undefined);
  await createService(cluster, 'web', rolling);
  await eventually(t, () => refused.length > 0 || leadership.fence() === undefined);
  const of = { service: 'web', slot: '1', generation: 1, copy: 1 };
  await t.throwsAsync(runContainer(cluster, busybox, { replica: of, lease }), { code: 'reservation_lost' });
  t.deepEqual(await cluster.store.reservations(), []);
  t.is(createdOn(cluster), 0);
});

/** Created, updated, removed; one server dies at the point, and another one finishes. */
const outlives = test.macro({
  async exec(t, point: CrashPoint) {
    const cluster = await startCluster(t, options);
    const most = countMost(cluster);
    const life = new Life(point);
    await startServer(t, cluster, { id: 'one', life });
    const heir = life.ended.then(async () => {
      await endLeadOf(cluster, 'one');
      await startServer(t, cluster, { id: 'two' });
    });
    await createService(cluster, 'web', rolling);
    await untilShown(t, cluster, 'web', isRunning);
    t.is(most(), 2, 'a replica too many while it was created');
    // What was asked for before its server died may have come to nothing.
    t.true(createdOn(cluster) <= 4);
    await updateService(cluster, 'web', { image: other });
    await untilShown(t, cluster, 'web', isRunning);
    await resyncAll(cluster);
    t.is(containersOf(cluster).length, 2);
    // One successor at a time, and its predecessor may be on its way out.
    t.true(most() <= 4, `${most()} containers at a time`);
    await removeService(cluster, 'web');
    await eventually(t, async () => {
      await resyncAll(cluster);
      return (await cluster.store.read('service', 'web')) === undefined;
    });
    t.deepEqual(containersOf(cluster), []);
    t.deepEqual(await cluster.store.reservations(), []);
    t.true(life.isOver, 'there is no such call');
    await heir;
  },
  title: (_, { call, when }: CrashPoint) =>
    `what a server that dies ${when} its call ${call} began is finished by another`,
});

const named = ['reserve', 'bind', 'release', 'createContainer', 'startContainer', 'stopContainer', 'removeContainer'];
for (const call of named) for (const when of ['before', 'after'] as const) test(outlives, { call, when });
for (let call = 1; call <= 34; call += 3) test(outlives, { call, when: call % 2 === 0 ? 'before' : 'after' });
