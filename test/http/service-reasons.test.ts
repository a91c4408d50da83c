import test, { type ExecutionContext } from 'ava';
import { isRunning, startServer, untilShown } from '../controllers/services/stage.ts';
import { openDoor } from './open-door.ts';

interface Waiting {
  readonly slot: string;
  readonly code: string;
  readonly details: { readonly engines: readonly { readonly engine: string; readonly message: string }[] };
}

/** Slot and code of what waits, and what each engine says. */
function reported(waiting: readonly Waiting[]): unknown[] {
  return waiting.map(({ slot, code, details }) => [slot, code, ...details.engines.map(({ message }) => message)]);
}

const small = { name: 'demo/busybox:1', memory: 5000 };

/** Two engines of 8192 MB, and nobody who looks after services yet. */
async function open(t: ExecutionContext) {
  const { call, cluster } = await openDoor(t, { engines: 2 });
  const waiting = (body: { data: { status: { waiting: Waiting[] } } }) => reported(body.data.status.waiting);
  return { call, cluster, waiting };
}

test('a service that no engine can run is taken on with the reasons, which are those that are shown later', async (t) => {
  const { call, cluster } = await open(t);
  const image = { name: 'demo/busybox:1', memory: 9000 };
  const { status, body } = await call('POST', '/apiv1/service', { name: 'web', image, replicas: 2 });
  t.is(status, 201);
  t.is(body.data.status.state, 'waiting');
  t.deepEqual(reported(body.data.status.waiting), [
    [
      '1',
      'unschedulable',
      '9000 MB of memory wanted, 8192 of 8192 free',
      '9000 MB of memory wanted, 8192 of 8192 free',
    ],
    [
      '2',
      'unschedulable',
      // For the same reasons as the first: one stands for them.
      '9000 MB of memory wanted, 8192 of 8192 free',
    ],
  ]);
  await startServer(t, cluster);
  await untilShown(t, cluster, 'web', () => cluster.cache.serviceStatuses.get('web')?.value.waiting['2'] !== undefined);
  const later = (await call('GET', '/apiv1/service/web')).body.data.status;
  const timeless = (each: object) => ({ ...each, since: '', until: '' });
  t.deepEqual(body.data.status.waiting.map(timeless), later.waiting.map(timeless));
  t.is(later.state, 'waiting');
});

test('a service with room for some of its replicas tells of the others only', async (t) => {
  const { call, waiting } = await open(t);
  const { body } = await call('POST', '/apiv1/service', { name: 'web', image: small, replicas: 3 });
  t.deepEqual(waiting(body), [
    [
      '3',
      'unschedulable',
      '5000 MB of memory wanted, 3192 of 8192 free',
      '5000 MB of memory wanted, 3192 of 8192 free',
    ],
  ]);
  const labelled = { ...small, labels: ['nowhere'] };
  const none = await call('POST', '/apiv1/service', { name: 'api', image: labelled });
  t.is(none.body.data.status.waiting[0].details.engines[0].code, 'label_missing');
  t.deepEqual(
    (await call('POST', '/apiv1/service', { name: 'fits', image: { name: 'redis' } })).body.data.status.waiting,
    [],
  );
});

test('a change that cannot be is told at once, and still when all that it would replace serves', async (t) => {
  const { call, cluster, waiting } = await open(t);
  await call('POST', '/apiv1/service', { name: 'web', image: small, replicas: 2, update: { monitor: 0 } });
  await startServer(t, cluster);
  await untilShown(t, cluster, 'web', isRunning);
  const scaled = await call('POST', '/apiv1/service/web/scale', { replicas: 3 });
  t.deepEqual(waiting(scaled.body), [
    [
      '3',
      'unschedulable',
      '5000 MB of memory wanted, 3192 of 8192 free',
      '5000 MB of memory wanted, 3192 of 8192 free',
    ],
  ]);
  t.deepEqual(waiting((await call('POST', '/apiv1/service/web/scale', { replicas: 2 })).body), []);
  // No room beside the old ones, which go last.
  const changed = await call('PUT', '/apiv1/service/web', { image: { ...small, memory: 5001 } });
  t.is(changed.body.data.status.state, 'waiting');
  t.deepEqual(
    waiting(changed.body).map((each) => (each as string[])[0]),
    ['1'],
  );
  const shown = await untilShown(t, cluster, 'web', ({ waiting: known }) => known.length === 1);
  t.is(shown.ready, 2);
  const exchanged = await call('PUT', '/apiv1/service/web', { update: { order: 'stop-first' } });
  t.deepEqual(waiting(exchanged.body), []);
  await untilShown(t, cluster, 'web', isRunning);
});

test('a GET right after the POST tells the same slots and reasons, although nobody has looked after the service yet', async (t) => {
  const { call } = await openDoor(t, { engines: 2 });
  const image = { name: 'demo/busybox:1', type: 'label', memory: 5000 };
  const created = await call('POST', '/apiv1/service', { name: 'web', image, replicas: 3 });
  const shown = await call('GET', '/apiv1/service/web');
  const told = ({ body }: typeof shown) =>
    body.data.status.waiting.map(({ slot, code, details }: Record<string, unknown>) => ({ slot, code, details }));
  t.is(told(created).length, 1);
  t.deepEqual(told(shown), told(created));
  t.is(shown.body.data.status.state, created.body.data.status.state);
});
