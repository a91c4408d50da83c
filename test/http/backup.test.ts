import test, { type ExecutionContext } from 'ava';
import { resyncEngine } from '../../src/engine-sync/resync-engine.ts';
import { SatsumaError } from '../../src/model/errors.ts';
import { quotaFormat } from '../../src/model/project.ts';
import { currentFormat, prepareFormat } from '../../src/store/format.ts';
import type { Store } from '../../src/store/store.ts';
import { isRunning, startServer, untilShown } from '../controllers/services/stage.ts';
import { installationOf, type TestCluster } from '../fixtures/harness.ts';
import { openDoor } from './open-door.ts';
import { steady } from './services.ts';

type Door = Awaited<ReturnType<typeof openDoor>>;

/** Two engines with a service of three replicas, a container, a job, and what is saved. */
async function filled(t: ExecutionContext, format?: number): Promise<{ door: Door; backup: string }> {
  const door = await openDoor(t, { engines: 2 });
  if (format !== undefined)
    await door.cluster.store.write([{ kind: 'format', id: 'store', value: { version: format } }]);
  await startServer(t, door.cluster);
  await door.call('POST', '/apiv1/image', { name: 'saved', image: { name: 'demo/busybox:1', type: 'multi' } });
  await door.call('POST', '/apiv1/registry', { server: 'registry.test', username: 'ci', password: 'correct horse' });
  await door.call('POST', '/apiv1/container', { name: 'demo/busybox:1', container_name: 'single', type: 'multi' });
  await door.call('POST', '/apiv1/service', {
    ...{ ...steady, name: 'web', replicas: 3 },
    image: { name: 'demo/busybox:1', cpus: 0.5 },
  });
  await door.call('POST', '/apiv1/job', { name: 'nightly', schedule: '0 3 * * *', image: { name: 'demo/busybox:1' } });
  await untilShown(t, door.cluster, 'web', isRunning);
  return { door, backup: (await door.call('GET', '/apiv1/backup')).body };
}

/** What people see of a cluster, but for times of observation. */
async function sight({ call, cluster }: Door) {
  const [services, jobs, images, registries] = await Promise.all(
    ['services', 'jobs', 'images', 'registries'].map(async (each) => (await call('GET', `/apiv1/${each}`)).body.data),
  );
  const sums = await Promise.all(['a', 'b'].map(async (id) => [...(await cluster.store.sums(id))].sort()));
  const ids = (await cluster.store.reservations()).map(({ id, value }) => [id, value]);
  return { services, jobs, images, registries, sums, ids };
}

function restore({ call }: Door, backup: string, query = '') {
  return call('POST', `/apiv1/restore${query}`, backup);
}

test('what a backup has is what a new store has after the restore, and the cluster goes on with it', async (t) => {
  const { door, backup } = await filled(t);
  t.notRegex(backup, /correct horse/);
  const before = await sight(door);
  const next = await openDoor(t, { pool: door.cluster.pool, registryKey: door.cluster.registryKey });
  const tried = await restore(next, backup, '?dry_run');
  t.like(tried, {
    status: 200,
    body: { data: { dry_run: true, present: 0, entries: { engine: 2, service: 1, job: 1 } } },
  });
  t.deepEqual(await next.cluster.store.list('engine'), []);
  const { status, body } = await restore(next, backup);
  t.is(status, 200, JSON.stringify(body));
  t.like(body.data, {
    dry_run: false,
    present: 0,
    entries: { engine: 2, service: 1, job: 1, image: 1, reservation: 4 },
  });
  t.deepEqual(await sight(next), before);
  const containers = async () => (await next.call('GET', '/apiv1/containers')).body.data.map(nameOf).sort();
  for (const id of ['a', 'b']) await resyncEngine(next.cluster, id);
  t.deepEqual(await containers(), (await door.call('GET', '/apiv1/containers')).body.data.map(nameOf).sort());
  // Nothing is started twice, and the service is scaled from where it was.
  await startServer(t, next.cluster);
  await next.call('POST', '/apiv1/service/web/scale', { replicas: 4 });
  await untilShown(
    t,
    { ...next.cluster, engines: door.cluster.engines },
    'web',
    (shown) => isRunning(shown) && shown.ready === 4,
  );
  t.is((await containers()).length, 5);
});

test('an end without a signature is none', async (t) => {
  const door = await openDoor(t, { engines: 1 });
  const head = { satsuma_backup: 1, format: 1, version: '1', installation: 'x', created_at: 'x' };
  for (const end of [{ entries: 0 }, { entries: 0, signed: null }, { entries: 0, signed: 'x' }]) {
    const { status, body } = await restore(door, `${JSON.stringify(head)}\n${JSON.stringify({ end })}\n`);
    t.is(status, 400, JSON.stringify(body));
  }
});

test('a restore that is repeated finds everything there, and one that was cut off is completed', async (t) => {
  const { backup } = await filled(t);
  let isBroken = true;
  const wrap = (store: Store): Store => ({
    ...store,
    write: (changes, guard) => {
      if (isBroken && changes.some(({ kind }) => kind === 'service'))
        throw new SatsumaError('store_unavailable', 'away');
      return store.write(changes, guard);
    },
  });
  const next = await openDoor(t, { wrap });
  t.is((await restore(next, backup)).status, 503);
  // What acts is not there: nobody did anything with what is.
  t.deepEqual(await next.cluster.store.list('engine'), []);
  t.is((await next.cluster.store.reservations()).length, 4);
  isBroken = false;
  const second = await restore(next, backup);
  t.is(second.status, 200, JSON.stringify(second.body));
  t.true(second.body.data.present > 4);
  const third = await restore(next, backup);
  const { entries, present } = third.body.data;
  t.is(
    present,
    Object.values<number>(entries).reduce((sum, each) => sum + each, 0),
  );
});

test('a store with anything else in it, or servers with another key, take no backup', async (t) => {
  const { door, backup } = await filled(t);
  const other = await openDoor(t, { installation: installationOf('another secret of the tests') });
  const refused = await restore(other, backup);
  t.like(refused, { status: 409, body: { code: 'restore_refused' } });
  t.regex(refused.body.data, /ssl-key/);
  await changedSince(t, door.cluster);
  const full = await restore(door, backup);
  t.like(full, { status: 409, body: { code: 'restore_refused' } });
  t.regex(full.body.data, /not empty \(engine a/);
  t.deepEqual(await other.cluster.store.snapshot(['engine', 'service', 'image', 'registry']), []);
});

async function changedSince(t: ExecutionContext, { store }: TestCluster): Promise<void> {
  const engine = await store.read('engine', 'a');
  if (!engine) return t.fail();
  await store.write([{ kind: 'engine', id: 'a', value: { ...engine.value, labels: ['changed'] } }]);
}

test('what was cut, changed or is no backup is refused, and nothing of it is restored', async (t) => {
  const { backup } = await filled(t);
  const lines = backup.split('\n');
  const next = await openDoor(t);
  const cases: Record<string, readonly [string, RegExp]> = {
    'an empty file': ['', /truncated/],
    'another file': ['{"name": "redis"}\n', /not a Satsuma backup/],
    'no JSON': ['a\n', /not a Satsuma backup/],
    'a cut in the middle of a line': [backup.slice(0, backup.length / 2), /truncated/],
    'a cut between lines': [`${lines.slice(0, 5).join('\n')}\n`, /truncated/],
    'a line less': [[...lines.slice(0, 2), ...lines.slice(3)].join('\n'), /modified/],
    'a changed line': [backup.replace('"cpus":0.5', '"cpus":0.6'), /modified/],
    'lines in another order': [[lines[0], lines[2], lines[1], ...lines.slice(3)].join('\n'), /modified/],
    'something after its end': [`${backup}{"kind":"engine","id":"x","value":{}}\n`, /after its end/],
    'a later form': [backup.replace('"satsuma_backup":1', '"satsuma_backup":2'), /does not know/],
  };
  for (const [name, [text, expected]] of Object.entries(cases)) {
    const { status, body } = await restore(next, text);
    t.is(status, 400, name);
    t.regex(body.data, expected, name);
  }
  const { store } = next.cluster;
  t.deepEqual(await store.snapshot(['engine', 'service', 'image', 'registry', 'job']), []);
});

test('a backup with a quota is restored into a new store, which older releases do not open from then on', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 2 });
  const first = await call('POST', '/apiv1/project', { name: 'shop', quota: { memory: 64 } });
  t.is(first.status, 201, JSON.stringify(first.body));
  const till = { name: 'demo/busybox:1', container_name: 'till', type: 'multi', project: 'shop', memory: 48 };
  t.is((await call('POST', '/apiv1/container', till)).status, 201);
  const backup: string = (await call('GET', '/apiv1/backup')).body;
  t.regex(backup, /"format":3/);

  const written: string[] = [];
  const wrap = (store: Store): Store => ({
    ...store,
    write: (changes, guard) => {
      written.push(...changes.map(({ kind }) => kind));
      return store.write(changes, guard);
    },
    adopt: (...args) => {
      written.push('reservation');
      return store.adopt(...args);
    },
  });
  const next = await openDoor(t, { pool: cluster.pool, wrap });
  await prepareFormat(next.cluster.store, { info: () => undefined });
  const older = { kind: 'server', id: 'old', value: { beat: '', host: 'attic' } } as const;
  await next.cluster.store.write([older]);
  await next.cluster.cache.catchUp();
  for (const query of ['?dry_run', '']) {
    const early = await restore(next, backup, query);
    t.is(early.status, 400, query);
    t.regex(early.body.data, /server attic is of an older release/);
  }
  t.deepEqual(await next.cluster.store.list('project'), []);
  await next.cluster.store.write([{ kind: 'server', id: 'old' }]);
  await next.cluster.cache.catchUp();
  t.is((await restore(next, backup, '?dry_run')).status, 200);
  t.is((await next.cluster.store.read('format', 'store'))?.value.version, currentFormat, 'a dry run writes nothing');
  written.length = 0;
  const restored = await restore(next, backup);
  t.is(restored.status, 200, JSON.stringify(restored.body));
  t.deepEqual(written.slice(0, 2), ['format', 'reservation'], 'the mark is there before anything else');
  t.is((await next.cluster.store.read('format', 'store'))?.value.version, quotaFormat);
  t.deepEqual(await next.cluster.store.quotas(), await cluster.store.quotas());
  t.is((await restore(next, backup)).status, 200, 'and once more');
  for (const id of ['a', 'b']) await resyncEngine(next.cluster, id);
  const beyond = await next.call('POST', '/apiv1/container', { ...till, container_name: 'other', memory: 17 });
  t.is(beyond.body.code, 'quota_exceeded');
});

test('a backup of the format before is restored into a store that has had a quota', async (t) => {
  const { backup } = await filled(t, currentFormat);
  const next = await openDoor(t);
  await next.cluster.store.write([{ kind: 'format', id: 'store', value: { version: quotaFormat } }]);
  const { status, body } = await restore(next, backup);
  t.is(status, 200, JSON.stringify(body));
});

test('a backup of an older format, or of one that this release does not know, is refused', async (t) => {
  for (const format of [currentFormat - 1, quotaFormat + 1]) {
    const { backup } = await filled(t, format);
    const next = await openDoor(t);
    await prepareFormat(next.cluster.store, { info: () => undefined });
    const { status, body } = await restore(next, backup);
    t.is(status, 409);
    t.regex(
      body.data,
      new RegExp(`has format ${format}, and this release restores formats ${currentFormat} to ${quotaFormat}`),
    );
  }
});

function nameOf({ name }: { readonly name: string }): string {
  return name;
}
