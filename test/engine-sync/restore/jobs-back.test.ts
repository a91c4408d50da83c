import test, { type ExecutionContext } from 'ava';
import { registerEngine } from '../../../src/commands/engines/register-engine.ts';
import { removeJob } from '../../../src/commands/jobs/change-job.ts';
import { resyncEngine } from '../../../src/engine-sync/resync-engine.ts';
import type { ImageConfig } from '../../../src/model/image-config.ts';
import type { JobSpec } from '../../../src/model/job.ts';
import { goesOn, type Play, Stage } from '../../controllers/jobs/stage.ts';
import { startCluster } from '../../fixtures/harness.ts';
import { mortalCluster } from './lost-store.ts';

const image: ImageConfig = {
  ...{ name: 'demo/busybox:1', type: 'label', restart_policy: {}, memory: 100 },
  strategy: 'spread',
  environment: { PASSWORD: 'hunter2' },
};

/** A job in a store that is lost while its run is under way. */
async function lostJob(t: ExecutionContext, spec: Partial<JobSpec>, play: Play, tries: number) {
  const { cluster, end } = await mortalCluster(t, { engines: 2 });
  const stage = new Stage(cluster);
  stage.play = play;
  await stage.create('nightly', { image, ...spec });
  const isThere = async () => (await stage.run('nightly')).attempts.length === tries && stage.running().length === 2;
  await stage.until(async () => (await isThere()) && stage.containers().length === 2);
  const record = cluster.cache.jobs.get('nightly')?.value;
  await end();
  if (!record) throw new Error('no job');
  return { pool: cluster.pool, record, names: stage.running().sort() };
}

test('a job and its run are restored from container labels, and the run continues to its end', async (t) => {
  // Slot 1 succeeds, slot 2 fails once, and then both go on.
  const play: Play = ({ slot, attempt }) => (slot === 1 ? 0 : slot === 2 && attempt === 1 ? 1 : undefined);
  const spec = { completions: 3, parallelism: 2, retries: 1, keep: 5 };
  const { pool, record, names } = await lostJob(t, spec, play, 4);
  t.is(names.length, 2);
  const cluster = await startCluster(t, { pool, engines: 2 });
  const back = cluster.cache.jobs.get('nightly')?.value;
  t.like(back, { id: record.id, spec: record.spec, createdAt: record.createdAt, runs: 1, isRemoved: false });
  const stage = new Stage(cluster);
  stage.play = goesOn;
  await stage.until(async () => (await stage.run('nightly')).attempts.filter(({ end }) => !end).length === 2);
  t.deepEqual(stage.running().sort(), names, 'nothing was started, and nothing stopped');
  const { attempts } = await stage.run('nightly');
  t.deepEqual(
    attempts.map(({ slot, attempt, end }) => `${slot}/${attempt} ${end?.state ?? 'runs'}`),
    ['1/1 succeeded', '2/1 failed', '2/2 runs', '3/1 runs'],
  );
  stage.play = () => 0;
  const run = await stage.ended('nightly');
  t.deepEqual([...stage.successes].sort(), [2, 3], 'what had succeeded was not run again');
  t.is(run.attempts.filter(({ end }) => end?.state === 'succeeded').length, 3);
  await stage.cleared();
});

test('tasks of a run whose engines return one by one are not started again', async (t) => {
  const { pool, names } = await lostJob(t, { completions: 2, parallelism: 2 }, goesOn, 2);
  const cluster = await startCluster(t, { pool, engines: 1 });
  const stage = new Stage({ ...cluster, engines: [pool.client({ id: 'a' }), pool.client({ id: 'b' })] });
  stage.play = goesOn;
  for (let count = 0; count < 5; count++) await stage.pass();
  t.deepEqual(stage.running().sort(), names);
  await registerEngine(cluster, { id: 'b', addr: 'https://b.test:2376', labels: ['on-b'] });
  await stage.until(async () => (await stage.run('nightly')).attempts.length === 2);
  t.deepEqual(stage.running().sort(), names);
});

for (const order of [
  ['a', 'b'],
  ['b', 'a'],
]) {
  test(`of two lost jobs with the same name, the later one is restored; found on ${order.join(', then ')}`, async (t) => {
    const { cluster, end } = await mortalCluster(t, { engines: 2 });
    const { pool } = cluster;
    const stage = new Stage(cluster);
    stage.play = goesOn;
    await stage.create('nightly', { image, completions: 2, parallelism: 2 });
    await stage.until(() => stage.running().length === 2);
    pool.client({ id: 'a' }).fail('any', 'engine_unreachable');
    await resyncEngine(cluster, 'a');
    await removeJob(cluster, 'nightly');
    await stage.until(() => cluster.cache.jobs.get('nightly') === undefined);
    cluster.clock.turn(1_000);
    await stage.create('nightly', { image, completions: 1 });
    await stage.until(async () => (await stage.run('nightly')).attempts.length === 1);
    const record = cluster.cache.jobs.get('nightly')?.value;
    await end();
    pool.client({ id: 'a' }).heal();
    const back = await startCluster(t, { pool });
    for (const id of order) await registerEngine(back, { id, addr: `https://${id}.test:2376`, labels: [`on-${id}`] });
    for (const id of order) await resyncEngine(back, id);
    t.like(back.cache.jobs.get('nightly')?.value, { id: record?.id, createdAt: record?.createdAt, runs: 1 });
    t.is(back.cache.jobRuns.get('nightly@1')?.value.jobId, record?.id);
    const [left, ...others] = back.cache.ownerless();
    t.deepEqual(others, []);
    t.like(left, { engineId: 'a' });
    t.truthy(await back.store.read('tombstone', left?.task?.jobId ?? ''), 'it is removed');
  });
}

test('a restored job that was removed is not restored again', async (t) => {
  const { pool } = await lostJob(t, { completions: 2, parallelism: 2 }, goesOn, 2);
  const cluster = await startCluster(t, { pool, engines: 1 });
  const stage = new Stage(cluster);
  stage.play = goesOn;
  await stage.until(async () => (await stage.run('nightly')).attempts.length === 1);
  await removeJob(cluster, 'nightly');
  await stage.until(() => cluster.cache.jobs.get('nightly') === undefined);
  await registerEngine(cluster, { id: 'b', addr: 'https://b.test:2376', labels: ['on-b'] });
  await stage.pass();
  t.is(cluster.cache.jobs.get('nightly'), undefined);
  t.is(pool.client({ id: 'b' }).containers.size, 1);
});
