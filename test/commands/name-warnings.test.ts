import test from 'ava';
import { nameWarnings } from '../../src/commands/name-warnings.ts';
import { resyncEngine } from '../../src/engine-sync/resync-engine.ts';
import { runContainer } from '../../src/execution/run-container.ts';
import { startCluster } from '../fixtures/harness.ts';

const busybox = { name: 'demo/busybox:1', type: 'label', restart_policy: {}, strategy: 'spread' } as const;

test('two containers that were renamed by hand to one name on two engines are warned of, with their ids', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  const ids = [];
  for (const name of ['one', 'two']) ids.push((await runContainer(cluster, { ...busybox, container_name: name })).id);
  t.deepEqual(nameWarnings(cluster), []);
  for (const engine of cluster.engines) {
    for (const { id } of engine.containers.values()) engine.rename(id, 'web');
    await resyncEngine(cluster, engine.id);
  }
  await cluster.cache.catchUp();
  const [warning, ...others] = nameWarnings(cluster);
  t.deepEqual(others, []);
  t.regex(
    warning ?? '',
    /^2 containers have the name web \(\w{12} on [ab], \w{12} on [ab]\): use their ids, or rename/,
  );
  for (const id of ids) t.true(warning?.includes(id.slice(0, 12)));
  const scoped = { ...cluster, settings: { ...cluster.settings, nameScope: 'engine' as const } };
  t.deepEqual(nameWarnings(scoped), []);
});

test('a name that others give to all of theirs is no warning; one of ours that has it too is', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  for (const engine of cluster.engines) {
    engine.runForeign('exporter');
    await resyncEngine(cluster, engine.id);
  }
  await cluster.cache.catchUp();
  t.deepEqual(nameWarnings(cluster), []);
  const { id, engine } = await runContainer(cluster, { ...busybox, container_name: 'web' });
  const [other] = cluster.engines.filter((each) => each.id !== engine.id);
  other?.runForeign('web');
  await resyncEngine(cluster, other?.id ?? '');
  await cluster.cache.catchUp();
  t.regex(nameWarnings(cluster).join(), new RegExp(`name web .*${id.slice(0, 12)} on ${engine.id}`));
});

test('what took the place of a lost container has its name without a warning', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  const { id, engine } = await runContainer(cluster, { ...busybox, container_name: 'web' });
  const [lost] = cluster.cache.reservationsOf(id);
  const [other] = cluster.engines.filter((each) => each.id !== engine.id);
  await runContainer(cluster, busybox, { replaces: { id: lost?.id ?? '', name: 'web' }, onlyOn: other?.id });
  t.is(cluster.cache.reservations().filter(({ name }) => name === 'web').length, 2);
  t.deepEqual(nameWarnings(cluster), []);
});
