import { setTimeout as pause } from 'node:timers/promises';
import test from 'ava';
import { createService, scaleService } from '../../../src/commands/services/change-service.ts';
import type { Store } from '../../../src/store/store.ts';
import { busybox, policy, spec } from '../../decisions/services/views.ts';
import { startCluster } from '../../fixtures/harness.ts';
import { eventually, startServer } from './stage.ts';

const replicas = 40;
const changing = ['write', 'reserve', 'bind', 'renew', 'release', 'adopt'] as const;

/** What changes the store, by method; writes by what they are about. */
function countCommits(store: Store): { readonly store: Store; readonly counts: Map<string, number> } {
  const counts = new Map<string, number>();
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  const counted = changing.map((method) => [
    method,
    (...args: unknown[]) => {
      const [first] = args;
      count(
        method === 'write' ? [...new Set((first as { kind: string }[]).map(({ kind }) => kind))].join('+') : method,
      );
      return Reflect.apply(store[method], store, args);
    },
  ]);
  return { store: { ...store, ...Object.fromEntries(counted) }, counts };
}

test('a replica takes a reservation and a binding, and what proves itself alone takes no commit', async (t) => {
  let counted: ReturnType<typeof countCommits> | undefined;
  const cluster = await startCluster(t, {
    engines: 4,
    wrap: (store) => {
      counted = countCommits(store);
      return counted.store;
    },
  });
  for (const engine of cluster.engines) {
    const start = engine.startContainer.bind(engine);
    let begun = 0;
    // One after the other, as on an engine that has much to do.
    engine.startContainer = async (id) => {
      begun += 1;
      await pause(begun * 100);
      return start(id);
    };
  }
  const { cluster: server } = await startServer(t, cluster);
  const update = { ...policy, parallelism: 0, monitor: 3 };
  await createService(cluster, 'web', { ...spec, image: busybox, replicas: 0, update });
  counted?.counts.clear();
  await scaleService(cluster, 'web', replicas);
  const status = () => server.cache.serviceStatuses.get('web')?.value;
  await eventually(t, () => {
    const marks = Object.values(status()?.replicas ?? {});
    const isDone = status()?.rollout?.state === 'completed' && status()?.asked?.generation === 2;
    return isDone && marks.length === replicas && marks.every((mark) => mark.phase === 'ready' && mark.isSettled);
  });
  const { counts = new Map<string, number>() } = counted ?? {};
  t.log(`for ${replicas} replicas: ${JSON.stringify([...counts])}`);
  t.is(counts.get('reserve'), replicas);
  t.is(counts.get('bind'), replicas);
  // Those that become ready in one pass share a commit, and so do those that prove themselves until all have.
  t.true((counts.get('service-status') ?? 0) <= replicas);
});

test('a start is reserved while the status of its service is still being written', async (t) => {
  let release: () => void = () => undefined;
  const reserved = new Promise<void>((resolve) => {
    release = resolve;
  });
  let isHeld = false;
  const cluster = await startCluster(t, {
    engines: 2,
    wrap: (store) => ({
      ...store,
      write: async (changes, ...rest) => {
        // One after the other, both would wait for ever.
        if (isHeld && changes.some(({ kind }) => kind === 'service-status')) await reserved;
        return await store.write(changes, ...rest);
      },
      reserve: (...args) => {
        release();
        return store.reserve(...args);
      },
    }),
  });
  const { cluster: server } = await startServer(t, cluster);
  await createService(cluster, 'web', { ...spec, image: busybox, replicas: 0, update: { ...policy, monitor: 0 } });
  const status = () => server.cache.serviceStatuses.get('web')?.value;
  await eventually(t, () => status()?.rollout?.state === 'completed');
  isHeld = true;
  await scaleService(cluster, 'web', 1);
  await eventually(t, () => Object.values(status()?.replicas ?? {}).some(({ phase }) => phase === 'ready'));
  t.pass();
});
