import test from 'ava';
import { createService, removeService, scaleService } from '../../../src/commands/services/change-service.ts';
import type { Store } from '../../../src/store/store.ts';
import { busybox, policy, spec } from '../../decisions/services/views.ts';
import { startCluster } from '../../fixtures/harness.ts';
import { eventually, startServer } from './stage.ts';

const small = { ...spec, image: busybox, replicas: 1, update: { ...policy, monitor: 0 } };

test('a service that is removed while another one is looked at is removed in the next pass, and not at the next sweep', async (t) => {
  let meanwhile: (() => Promise<void>) | undefined;
  const interrupted = (store: Store): Store => ({
    ...store,
    write: async (changes, ...rest) => {
      const work = changes.some(({ kind, id }) => kind === 'service-status' && id === 'first') ? meanwhile : undefined;
      if (work) meanwhile = undefined;
      await work?.();
      return await store.write(changes, ...rest);
    },
  });
  const cluster = await startCluster(t, { engines: 2, wrap: interrupted });
  const { cluster: server } = await startServer(t, cluster);
  for (const name of ['first', 'second']) await createService(cluster, name, small);
  const status = (name: string) => server.cache.serviceStatuses.get(name)?.value;
  await eventually(t, () => ['first', 'second'].every((name) => status(name)?.rollout?.state === 'completed'));
  // From now on nothing is brought on by time.
  const now = cluster.clock.steadyMs();
  cluster.clock.steadyMs = () => now;
  let isMeanwhile = false;
  meanwhile = async () => {
    isMeanwhile = true;
    await removeService(cluster, 'second');
    await server.cache.catchUp();
  };
  await scaleService(cluster, 'first', 2);
  await eventually(t, () => isMeanwhile);
  const isLeaving = () => Object.values(status('second')?.replicas ?? {}).every(({ phase }) => phase === 'retiring');
  await eventually(t, isLeaving, () => status('second'));
  t.pass();
});

test('services that change at once are written at once', async (t) => {
  const names = ['first', 'second', 'third'];
  const written = new Set<string>();
  let allWritten: () => void = () => undefined;
  const all = new Promise<void>((resolve) => {
    allWritten = resolve;
  });
  // Each waits for the others: one after the other, they would wait for ever.
  const slow = (store: Store): Store => ({
    ...store,
    write: async (changes, ...rest) => {
      for (const { kind, id } of changes) if (kind === 'service-status') written.add(id);
      if (written.size === names.length) allWritten();
      if (changes.some(({ kind }) => kind === 'service-status')) await all;
      return await store.write(changes, ...rest);
    },
  });
  const cluster = await startCluster(t, { engines: 2, wrap: slow });
  for (const name of names) await createService(cluster, name, small);
  const { cluster: server } = await startServer(t, cluster);
  const isDone = (name: string) => server.cache.serviceStatuses.get(name)?.value.rollout?.state === 'completed';
  await eventually(
    t,
    () => names.every(isDone),
    () => [...written],
  );
  t.deepEqual([...written].sort(), names.toSorted());
});
