import test, { type ExecutionContext } from 'ava';
import { createWebhook, findWebhook, removeWebhook } from '../../../src/commands/webhooks/webhooks.ts';
import { Leadership } from '../../../src/controllers/leadership.ts';
import { WebhookDispatcher } from '../../../src/controllers/webhooks/webhook-dispatcher.ts';
import type { EventFilter } from '../../../src/model/webhook.ts';
import { pause } from '../../../src/runtime/pause.ts';
import type { Store } from '../../../src/store/store.ts';
import { startCluster, type TestCluster } from '../../fixtures/harness.ts';
import { overlay } from '../../fixtures/overlay.ts';
import { eventually } from '../services/stage.ts';
import { type Receiver, secret, signatureOf, startReceiver } from './receiver.ts';

const settings = { webhookAllow: ['127.0.0.0/8'] };

function lead(t: ExecutionContext, cluster: TestCluster, id = 'one', maxWaiting?: number) {
  const leadership = new Leadership(cluster.store, id, cluster.logger);
  const dispatcher = new WebhookDispatcher(cluster, leadership, maxWaiting);
  leadership.start();
  dispatcher.start();
  const stop = async () => {
    await dispatcher.stop();
    await leadership.stop();
  };
  t.teardown(stop);
  return { stop };
}

const saves: EventFilter = { kind: ['image-config'] };

/** Makes an event: `image-config.create`. */
async function save(cluster: TestCluster, name: string): Promise<void> {
  const image = { name: 'demo/busybox:1', type: 'multi', restart_policy: {} };
  const value = { version: 1, image, savedAt: new Date().toISOString() };
  await cluster.store.write([{ kind: 'image', id: name, value }]);
}

async function hook(cluster: TestCluster, { url }: Pick<Receiver, 'url'>, name = 'hook', filter = saves) {
  await createWebhook(cluster, { name, url, filter, secret });
  await cluster.cache.catchUp();
}

async function stateWhen(cluster: TestCluster, name: string, isSo: (state: Record<string, unknown>) => boolean) {
  const late = AbortSignal.timeout(30_000);
  for (;;) {
    const state = { ...(await findWebhook(cluster, name)).state };
    if (isSo(state) || late.aborted) return state;
    await pause(20, late);
  }
}

test('events are sent as they happen, signed, in their order, and none twice', async (t) => {
  const cluster = await startCluster(t, { engines: 1, settings });
  const receiver = await startReceiver(t);
  await hook(cluster, receiver);
  await save(cluster, 'before');
  lead(t, cluster);
  await receiver.count(1);
  for (const name of ['one', 'two', 'three']) await save(cluster, name);
  const received = await receiver.count(4);
  t.deepEqual(
    received.map(({ event }) => event.name),
    ['before', 'one', 'two', 'three'],
    'also what happened between its creation and the first look',
  );
  const [first] = received;
  t.like(received[1]?.event, { kind: 'image-config', action: 'create', name: 'one' });
  t.is(first?.headers['x-satsuma-signature'], signatureOf(first?.body ?? ''));
  t.like(first?.headers, {
    'content-type': 'application/json',
    'x-satsuma-webhook': 'hook',
  });
  t.is(received[1]?.headers['x-satsuma-event'], 'image-config.create');
  t.is(new Set(received.map(({ headers }) => headers['x-satsuma-delivery'])).size, 4);
  const state = await stateWhen(cluster, 'hook', ({ delivered }) => delivered === 4);
  t.like(state, { delivered: 4, failed: 0, dropped: 0, waiting: 0, failures: 0 });
});

test('the secret is in no record, and the next of a name has nothing of the one before', async (t) => {
  const cluster = await startCluster(t, { engines: 1, settings });
  const receiver = await startReceiver(t);
  await hook(cluster, receiver);
  lead(t, cluster);
  await save(cluster, 'one');
  await stateWhen(cluster, 'hook', ({ delivered }) => delivered === 1);
  const records = [...(await cluster.store.list('webhook')), ...(await cluster.store.list('webhook-state'))];
  t.notRegex(JSON.stringify(records), new RegExp(secret));
  await removeWebhook(cluster, 'hook');
  t.deepEqual(await cluster.store.list('webhook-state'), []);
  await hook(cluster, receiver);
  t.is((await findWebhook(cluster, 'hook')).state, undefined);
});

test('one that fails is tried again, and one that never answers delays no other', async (t) => {
  const cluster = await startCluster(t, { engines: 1, settings });
  const [failing, silent, well] = [await startReceiver(t), await startReceiver(t), await startReceiver(t)];
  let refusals = 2;
  failing.answer = (response) => response.writeHead(refusals-- > 0 ? 500 : 200).end();
  silent.answer = () => undefined;
  await hook(cluster, silent, 'a-silent');
  await hook(cluster, failing, 'failing');
  await hook(cluster, well, 'well');
  lead(t, cluster);
  await save(cluster, 'one');
  await save(cluster, 'two');
  t.deepEqual(
    (await well.count(2)).map(({ event }) => event.name),
    ['one', 'two'],
  );
  const received = await failing.count(4);
  t.deepEqual(
    received.map(({ event }) => event.name),
    ['one', 'one', 'one', 'two'],
  );
  t.is(received[0]?.headers['x-satsuma-delivery'], received[2]?.headers['x-satsuma-delivery']);
  t.like(await stateWhen(cluster, 'failing', ({ delivered }) => delivered === 2), { delivered: 2, failures: 0 });
  t.is((await silent.count(1)).length >= 1, true);
  t.is((await findWebhook(cluster, 'a-silent')).state?.delivered ?? 0, 0);
});

test('redirects are not followed', async (t) => {
  const cluster = await startCluster(t, { engines: 1, settings });
  const [receiver, other] = [await startReceiver(t), await startReceiver(t)];
  receiver.answer = (response) => response.writeHead(302, { location: other.url }).end();
  await hook(cluster, receiver);
  lead(t, cluster);
  await save(cluster, 'one');
  const state = await stateWhen(cluster, 'hook', ({ lastError }) => lastError !== undefined);
  t.is(state.lastError, 'HTTP 302: redirects are not followed');
  t.is(other.received.length, 0);
});

test('an address that may not be called is not, and the reason is told', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const receiver = await startReceiver(t);
  await hook(cluster, { url: receiver.url.replace('127.0.0.1', 'localhost') });
  lead(t, cluster);
  await save(cluster, 'one');
  const state = await stateWhen(cluster, 'hook', ({ lastError }) => lastError !== undefined);
  t.regex(String(state.lastError), /is an address of this machine, its link or a cloud, and not in webhook-allow/);
  t.is(receiver.received.length, 0);
});

test('where too many wait the oldest go, and are counted', async (t) => {
  const cluster = await startCluster(t, { engines: 1, settings });
  const receiver = await startReceiver(t);
  let isOpen = false;
  receiver.answer = (response) => response.writeHead(isOpen ? 200 : 500).end();
  const witness = await startReceiver(t);
  await hook(cluster, receiver);
  await hook(cluster, witness, 'witness');
  lead(t, cluster, 'one', 10);
  await save(cluster, 'first');
  await receiver.count(1);
  for (let n = 0; n < 14; n++) {
    await save(cluster, `n${n}`);
    await witness.count(n + 2);
  }
  await stateWhen(cluster, 'hook', ({ waiting }) => waiting === 10);
  isOpen = true;
  const state = await stateWhen(
    cluster,
    'hook',
    ({ delivered, dropped }) => Number(delivered) + Number(dropped) === 15,
  );
  t.like(state, { waiting: 0, failures: 0, failed: 0 });
  t.true(Number(state.dropped) > 0, JSON.stringify(state));
  const told = receiver.received.flatMap(({ headers }) => Number(headers['x-satsuma-dropped'] ?? 0));
  t.is(
    told.reduce((sum, count) => sum + count, 0),
    Number(state.dropped),
  );
  t.is(receiver.received.at(-1)?.event.name, 'n13');
});

test('another leader goes on behind what was noted, and loses nothing', async (t) => {
  const cluster = await startCluster(t, { engines: 1, settings });
  const receiver = await startReceiver(t);
  await hook(cluster, receiver);
  const first = lead(t, cluster);
  await save(cluster, 'one');
  await stateWhen(cluster, 'hook', ({ delivered }) => delivered === 1);
  await first.stop();
  await save(cluster, 'between');
  lead(t, cluster, 'two');
  await save(cluster, 'after');
  const received = await receiver.count(3);
  t.deepEqual(
    received.map(({ event }) => event.name),
    ['one', 'between', 'after'],
  );
});

test('a server that waits to lead tells what happened before it led as it was', async (t) => {
  let followed = 0;
  const follow = (store: Store): Store['follow'] => {
    return (...given) => {
      followed += 1;
      return store.follow(...given);
    };
  };
  const cluster = await startCluster(t, {
    engines: 1,
    settings,
    wrap: (store) => ({ ...store, follow: follow(store) }),
  });
  const receiver = await startReceiver(t);
  await hook(cluster, receiver);
  const first = lead(t, cluster);
  await save(cluster, 'one');
  await stateWhen(cluster, 'hook', ({ delivered }) => delivered === 1);
  const before = followed;
  lead(t, cluster, 'two');
  await eventually(t, () => followed > before);
  receiver.answer = (response) => response.writeHead(500).end();
  await save(cluster, 'between');
  await receiver.count(2);
  await first.stop();
  receiver.answer = (response) => response.writeHead(204).end();
  await stateWhen(cluster, 'hook', ({ delivered }) => delivered === 2);
  t.like(receiver.received.at(-1)?.event, { action: 'create', name: 'between' });
});

test('two servers deliver once', async (t) => {
  const cluster = await startCluster(t, { engines: 1, settings });
  const receiver = await startReceiver(t);
  await hook(cluster, receiver);
  lead(t, cluster, 'one');
  lead(t, cluster, 'two');
  for (const name of ['one', 'two', 'three']) await save(cluster, name);
  await stateWhen(cluster, 'hook', ({ delivered }) => delivered === 3);
  t.is(receiver.received.length, 3);
});

test('nothing is left of a webhook whose place was noted while it was removed', async (t) => {
  let remove: (() => Promise<void>) | undefined;
  let isNoted = false;
  const wrap = (store: Store) =>
    overlay(store, {
      write: async (...call: Parameters<Store['write']>) => {
        const isNote = call[0].some(({ kind, value }) => kind === 'webhook-state' && value !== undefined);
        const removing = isNote ? remove : undefined;
        if (!removing) return await store.write(...call);
        remove = undefined;
        await removing();
        const written = await store.write(...call);
        isNoted = true;
        return written;
      },
    });
  const cluster = await startCluster(t, { engines: 1, settings, wrap });
  const receiver = await startReceiver(t);
  await hook(cluster, receiver);
  remove = () => removeWebhook(cluster, 'hook');
  lead(t, cluster);
  await save(cluster, 'one');
  await eventually(t, () => isNoted);
  await eventually(t, async () => (await cluster.store.list('webhook-state')).length === 0);
  t.deepEqual(await cluster.store.list('webhook-state'), []);
});

test('what an older server left of a removed webhook is removed, and nothing of the others', async (t) => {
  const cluster = await startCluster(t, { engines: 1, settings });
  const receiver = await startReceiver(t);
  await hook(cluster, receiver);
  const value = { webhookId: 'gone', place: '', delivered: 0, failed: 0, dropped: 0, waiting: 0, failures: 0 };
  await cluster.store.write([{ kind: 'webhook-state', id: 'left', value }]);
  lead(t, cluster);
  await save(cluster, 'one');
  await stateWhen(cluster, 'hook', ({ delivered }) => delivered === 1);
  await eventually(t, async () => (await cluster.store.list('webhook-state')).length === 1);
  t.deepEqual(
    (await cluster.store.list('webhook-state')).map(({ id }) => id),
    ['hook'],
  );
});
