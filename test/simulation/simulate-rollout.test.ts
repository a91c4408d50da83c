import test, { type ExecutionContext } from 'ava';
import { updateEngine } from '../../src/commands/engines/update-engine.ts';
import { runContainer } from '../../src/execution/run-container.ts';
import type { ImageConfig } from '../../src/model/image-config.ts';
import type { ServiceRecord, UpdatePolicy } from '../../src/model/service.ts';
import { simulateRollout } from '../../src/simulation/simulate-rollout.ts';
import { busybox, policy, serviceRecord, spec } from '../decisions/services/views.ts';
import { startCluster } from '../fixtures/harness.ts';

const onPort: ImageConfig = {
  ...busybox,
  strategy: 'spread',
  bind_ports: [{ proto: 'tcp', port: 80, container_port: 80 }],
};

interface Scene {
  readonly engines?: number;
  /** What runs of generation 1, from slot 1 on, one on each engine. */
  readonly running?: number;
  readonly old?: ImageConfig;
  readonly image?: ImageConfig;
  readonly replicas?: number | 'global';
  readonly update?: Partial<UpdatePolicy>;
  readonly record?: Partial<ServiceRecord>;
}

/** A service that is about to get another image, if it is there already. */
async function stage(t: ExecutionContext, scene: Scene) {
  const { engines = 3, running = 0, image = onPort, old = image, replicas = 2, update, record } = scene;
  const cluster = await startCluster(t, { engines });
  for (let slot = 1; slot <= running; slot++) {
    const replica = { service: 'web', slot: String(slot), generation: 1, copy: 1 };
    await runContainer(cluster, old, { replica, onlyOn: 'abc'[slot - 1] });
  }
  const template = running === 0 ? 1 : 2;
  const wanted = { ...spec, image, replicas, update: { ...policy, ...update } };
  const next = serviceRecord({ generation: template, template, spec: wanted, ...record });
  return { cluster, look: () => reported(simulateRollout(cluster, 'web', next)), next };
}

/** `1>a`: it is placed there. `1=a`: it stays. `1!`: it has no place. `1<a`: its turn does not come. `1-a`: it goes. */
function reported({
  placed,
  unchanged,
  unschedulable,
  blocked,
  removed,
}: ReturnType<typeof simulateRollout>): string[] {
  return [
    ...placed.map(({ slot, engine, from }) => `${slot}>${engine}${from === undefined ? '' : ` from ${from}`}`),
    ...unchanged.map(({ slot, engine }) => `${slot}=${engine}`),
    ...unschedulable.map(({ slot }) => `${slot}!`),
    ...blocked.map(({ slot, engine }) => `${slot}<${engine}`),
    ...removed.map(({ slot, engine }) => `${slot}-${engine}`),
  ];
}

const simulated = test.macro({
  async exec(t, scene: Scene, expected: readonly string[]) {
    const { look } = await stage(t, scene);
    t.deepEqual(look(), expected);
    t.deepEqual(look(), expected, 'nothing was changed');
  },
  title: (fact = '') => fact,
});

test('each replica affects the next', simulated, { replicas: 4 }, ['1>a', '2>b', '3>c', '4!']);
test('no replicas', simulated, { replicas: 0 }, []);
test('without engines nothing can be placed', simulated, { engines: 0, replicas: 1 }, ['1!']);
test('a global service has one replica per engine', simulated, { replicas: 'global' }, ['a>a', 'b>b', 'c>c']);
test('fitting replicas stay', simulated, { running: 2, replicas: 3, record: { template: 1 } }, ['3>c', '1=a', '2=b']);
test('excess replicas are removed', simulated, { running: 3, replicas: 1, record: { template: 1 } }, [
  '1=a',
  '2-b',
  '3-c',
]);
test('a replaced replica frees capacity for the next', simulated, { running: 2 }, ['1>c from a', '2>a from b']);
test('together, they exceed the capacity', simulated, { running: 2, update: { parallelism: 0 } }, [
  ...['1>c from a', '2>a from b'],
]);
test(
  'start-first needs capacity beside the old replica, and later slots wait',
  simulated,
  { running: 3, replicas: 3 },
  [...['1!', '2<b', '3<c']],
);
test('stop-first finds its own capacity', simulated, { running: 3, replicas: 3, update: { order: 'stop-first' } }, [
  ...['1>a from a', '2>b from b', '3>c from c'],
]);
test('a paused service replaces nothing', simulated, { running: 2, replicas: 3, record: { isPaused: true } }, [
  ...['3>c', '1=a', '2=b'],
]);

const large = { ...busybox, memory: 5000 };
const smaller = { ...busybox, memory: 4000 };
test(
  'an empty slot gets the capacity that a replacement frees',
  simulated,
  { engines: 1, running: 1, old: large, image: smaller, update: { order: 'stop-first', parallelism: 2 } },
  ['1>a from a', '2>a'],
);
test(
  'a waiting empty slot blocks stop-first replacements',
  simulated,
  { engines: 1, running: 1, old: large, image: smaller, update: { order: 'stop-first' } },
  ['2!', '1<a'],
);

test('simulated replicas are spread over zones, by service', async (t) => {
  const image: ImageConfig = { ...busybox, spread: 'zone' };
  const { cluster, look } = await stage(t, { image, replicas: 2 });
  for (const [id, zone] of Object.entries({ a: 'eu', b: 'eu', c: 'us' })) {
    await updateEngine(cluster, id, { labels: [`zone=${zone}`] });
  }
  // Another's containers of the same image do not count.
  await runContainer(cluster, busybox, { onlyOn: 'c' });
  t.deepEqual(look(), ['1>a', '2>c']);
});

test('replicas on a drained engine move, and nothing is placed there', async (t) => {
  const { cluster, look } = await stage(t, { running: 1, replicas: 2, record: { template: 1 } });
  await updateEngine(cluster, 'a', { intent: 'draining' });
  t.deepEqual(look(), ['2>b', '1>c from a']);
});

test('a slot with a fixed place goes only there, and before the others', async (t) => {
  const { cluster, next } = await stage(t, { replicas: 3 });
  t.deepEqual(reported(simulateRollout(cluster, 'web', next, { 3: 'a', 2: 'c' })), ['2>c', '3>a', '1>b']);
  t.deepEqual(reported(simulateRollout(cluster, 'web', next, { 3: 'a', 2: 'a', 1: 'gone' })), ['2>a', '1!', '3!']);
});
