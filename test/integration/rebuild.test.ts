import test from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { type Answer, eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';
import { startRedis } from './store/redis-server.ts';

let lab: Lab;

test.before(async () => {
  lab = await startLab({ name: 'rebuild', engines: 3, image: true, attached: true });
});

test.after.always(() => lab?.down());

/** Everything the cluster knows of its containers, and of what they hold. */
async function state(server: SatsumaServer): Promise<unknown> {
  // Until its engine has told of it, a container is shown as its record has it.
  const { data: containers, errors } = await eventually(
    () => server.call('GET', 'containers?all=true'),
    ({ data }) => data.every(({ observed_at }: { observed_at?: string }) => observed_at !== undefined),
    30_000,
  );
  // One that was asked while the machine was busy may have been down for a moment.
  const isOk = ({ data }: Answer) => data.every(({ status }: { status: string }) => status === 'ok');
  await eventually(() => server.call('GET', 'engines'), isOk, 30_000);
  const shown = [];
  for (const { id } of containers) {
    // `Up 5 seconds` becomes older.
    const { status: _, observed_at: __, ...container } = (await server.call('GET', `container/${id}`)).data;
    shown.push(container);
  }
  const { data: cluster } = await server.call('GET', 'cluster');
  const { data: engines } = await server.call('GET', 'engines');
  return {
    errors,
    containers: shown.sort((a, b) => (a.id < b.id ? -1 : 1)),
    cluster,
    engines: engines.map(({ id, reserved_cpus, reserved_memory, containers: count }: Record<string, unknown>) => ({
      id,
      reserved_cpus,
      reserved_memory,
      count,
    })),
  };
}

test.serial(
  'a store that is wiped under 60 containers is as before once the engines are registered again',
  async (t) => {
    const { redis, url } = await startRedis(t);
    const server = await startSatsuma(lab, temporaryFolder(t), { 'redis-url': url });
    t.teardown(() => server.end());
    await registerAll(server, lab);
    const runs = Array.from({ length: 60 }, (_, index) => ({
      name: 'demo/busybox:1',
      type: index % 3 === 0 ? 'port' : 'label',
      strategy: 'spread',
      cpus: 0.05,
      memory: 16 + (index % 4),
      environment: { INDEX: String(index) },
      labels: ['lab'],
      ...(index % 2 === 0 ? { container_name: `named-${index}` } : {}),
      ...(index % 3 === 0
        ? { bind_ports: [{ proto: 'tcp', port: 18_300 + index, container_port: 80 }] }
        : { network_mode: 'none' }),
    }));
    // A few at a time: a machine that is slow starts no sixty within a deadline.
    for (let at = 0; at < runs.length; at += 6) {
      const answers = await Promise.all(runs.slice(at, at + 6).map((body) => server.call('POST', 'container', body)));
      t.deepEqual(
        answers.filter(({ status }) => status !== 201),
        [],
      );
    }
    const before = await state(server);

    t.is(await redis.send('FLUSHALL'), '+OK\r\n');
    const isEmpty = ({ data }: { data: unknown[] }) => data?.length === 0;
    await eventually(() => server.call('GET', 'engines'), isEmpty, 30_000);
    await registerAll(server, lab);
    t.deepEqual(await state(server), before);
  },
);

const busybox = { name: 'demo/busybox:1', args: ['sleep', '3600'], network_mode: 'none' };

async function labelsOn(n: number, id: string): Promise<Record<string, string>> {
  const { body } = await lab.request(n, { path: `/containers/${id}/json` });
  return JSON.parse(body).Config.Labels;
}

/** Ids of all containers on all engines, whoever started them. */
async function allIds(): Promise<string[]> {
  const bodies = await Promise.all([1, 2, 3].map((n) => lab.request(n, { path: '/containers/json?all=true' })));
  return bodies.flatMap(({ body }) => (JSON.parse(body) as { Id: string }[]).map(({ Id }) => Id)).sort();
}

async function startByHand(n: number, name: string, body: object): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const path = `/containers/create?name=${name}`;
  const created = await lab.request(n, { method: 'POST', path, headers, body: JSON.stringify(body) });
  if (created.status !== 201) throw new Error(`${name}: ${created.body}`);
  const { Id } = JSON.parse(created.body) as { Id: string };
  await lab.request(n, { method: 'POST', path: `/containers/${Id}/start` });
  return Id;
}

async function removeAll(): Promise<void> {
  for (const n of [1, 2, 3]) {
    const { body } = await lab.request(n, { path: '/containers/json?all=true' });
    for (const { Id } of JSON.parse(body) as { Id: string }[]) {
      await lab.request(n, { method: 'DELETE', path: `/containers/${Id}?force=true` });
    }
  }
}

test.serial(
  'services and jobs come back with the engines when the store is wiped, and nothing is started or stopped',
  async (t) => {
    await removeAll();
    const { redis, url } = await startRedis(t);
    const server = await startSatsuma(lab, temporaryFolder(t), { 'redis-url': url });
    t.teardown(() => server.end());
    await registerAll(server, lab);
    const shop = { ...busybox, environment: { PASSWORD: 'hunter2' } };
    t.is((await server.call('POST', 'service', { name: 'shop', image: shop, replicas: 3 })).status, 201);
    const nightly = { name: 'nightly', image: busybox, completions: 2, parallelism: 2 };
    t.is((await server.call('POST', 'job', nightly)).status, 201);
    const isShopReady = ({ data }: Answer) => data.status?.state === 'running' && data.status.ready === 3;
    t.true(isShopReady(await eventually(() => server.call('GET', 'service/shop'), isShopReady, 60_000)));
    const isBusy = ({ data }: Answer) => data.length === 5;
    const containers = await eventually(() => server.call('GET', 'containers'), isBusy, 60_000);
    t.is(containers.data.length, 5);
    const before = await allIds();
    for (const { id, engine } of containers.data) {
      const labels = await labelsOn(lab.engines.findIndex((each) => each.id === engine.id) + 1, id);
      t.notRegex(JSON.stringify(labels), /hunter2|PASSWORD/);
    }

    t.is(await redis.send('FLUSHALL'), '+OK\r\n');
    const isEmpty = ({ data }: Answer) => data?.length === 0;
    await eventually(() => server.call('GET', 'engines'), isEmpty, 30_000);
    await registerAll(server, lab);
    t.true(isShopReady(await eventually(() => server.call('GET', 'service/shop'), isShopReady, 60_000)));
    const run = await eventually(
      () => server.call('GET', 'job/nightly/runs/1'),
      ({ status }) => status === 200,
      60_000,
    );
    t.is(run.data.state, 'running', JSON.stringify(run));
    t.deepEqual(await allIds(), before);
    const seen = await Promise.all(before.map((id) => server.call('GET', `container/${id}`)));
    t.is(seen.filter(({ data }) => data.image.environment?.PASSWORD === 'hunter2').length, 3);
  },
);

test.serial('a cluster moves from the embedded store to Redis and back, and no container notices', async (t) => {
  await removeAll();
  const first = await startSatsuma(lab, temporaryFolder(t));
  t.teardown(() => first.end());
  await registerAll(first, lab);
  const anywhere = { type: 'label', labels: ['lab'] };
  const isReady = (replicas: number) => (answer: Answer) =>
    answer.data.status?.state === 'running' && answer.data.status.ready === replicas;
  await first.call('POST', 'service', { name: 'shop', image: busybox, replicas: 3 });
  await first.call('POST', 'image', { name: 'saved', image: busybox });
  t.is((await first.call('POST', 'container', { ...busybox, ...anywhere, container_name: 'single' })).status, 201);
  await eventually(() => first.call('GET', 'service/shop'), isReady(3), 60_000);
  const [before, containers] = [await state(first), await allIds()];
  const { url } = await startRedis(t);
  let last = first;
  for (const settings of [{ 'redis-url': url }, {}]) {
    const backup = await (await fetch(`http://${last.address}/apiv1/backup`)).text();
    // It is not in the backup, and is found on its engine.
    const late = await last.call('POST', 'container', { ...busybox, ...anywhere, container_name: 'late' });
    t.is(late.status, 201, JSON.stringify(late));
    await last.end();
    const next = await startSatsuma(lab, temporaryFolder(t), settings);
    t.teardown(() => next.end());
    const answer = await fetch(`http://${next.address}/apiv1/restore`, { method: 'POST', body: backup });
    t.is(answer.status, 200, await answer.text());
    await eventually(() => next.call('GET', 'service/shop'), isReady(3), 60_000);
    const isListed = ({ status }: Answer) => status === 200;
    await eventually(() => next.call('GET', 'container/late'), isListed, 60_000);
    t.is((await next.call('DELETE', 'container/late')).status, 202);
    t.deepEqual(await state(next), before);
    t.deepEqual(await allIds(), containers);
    last = next;
  }
  // It is looked after as before.
  await last.call('POST', 'service/shop/scale', { replicas: 4 });
  await eventually(() => last.call('GET', 'service/shop'), isReady(4), 60_000);
  t.is((await allIds()).length, containers.length + 1);
});

test.serial(
  'labels that were copied by hand, or with an image, take nothing from the container that has them',
  async (t) => {
    await removeAll();
    const server = await startSatsuma(lab, temporaryFolder(t));
    t.teardown(() => server.end());
    await registerAll(server, lab);
    const [first, second] = lab.engines.map(({ id }) => id);
    const body = {
      ...busybox,
      memory: 32,
      type: 'host',
      labels: [`host:${first}`],
      container_name: 'web',
      reschedule: 'on-engine-failure',
    };
    const { data: web, status } = await server.call('POST', 'container', body);
    t.is(status, 201);
    const labels = await labelsOn(1, web.id);
    const host = { Memory: 64 * 2 ** 20, NetworkMode: 'none' };
    const hand = { Image: 'demo/busybox:1', Cmd: ['sleep', '3600'], HostConfig: host };
    const copied = await startByHand(2, 'copied', { ...hand, Labels: labels });
    const forged = {
      ...labels,
      'satsuma.reservation': 'f'.repeat(24),
      'satsuma.replaces': labels['satsuma.reservation'],
      'satsuma.claims': JSON.stringify([{ key: 'memory', amount: 2 ** 39, limit: null }]),
    };
    const replacing = await startByHand(2, 'replacing', { ...hand, Labels: forged });
    const commit = await lab.request(1, { method: 'POST', path: `/commit?container=${web.id}&repo=demo/evil&tag=1` });
    t.is(commit.status, 201, commit.body);
    const committed = await startByHand(1, 'committed', { ...hand, Image: 'demo/evil:1' });
    const recommit = await lab.request(2, { method: 'POST', path: `/commit?container=${copied}&repo=demo/evil&tag=2` });
    t.is(recommit.status, 201, recommit.body);
    const elsewhere = await startByHand(2, 'elsewhere', { ...hand, Image: 'demo/evil:2' });
    const strangers = [copied, replacing, committed, elsewhere];

    const wanted = { [first ?? '']: 32 + 64, [second ?? '']: 64 + 64 + 64 };
    const isCounted = ({ data }: Answer) =>
      data.every(
        ({ id, reserved_memory }: { id: string; reserved_memory: number }) => reserved_memory === (wanted[id] ?? 0),
      );
    const engines = await eventually(() => server.call('GET', 'engines'), isCounted, 30_000);
    t.true(isCounted(engines), JSON.stringify(engines.data));
    for (const id of strangers) {
      const { data } = await server.call('GET', `container/${id}`);
      t.is(data.image.type, '', `${data.name} is foreign`);
    }
    t.is((await server.call('GET', `container/${web.id}`)).data.image.type, 'host');
    t.deepEqual(await allIds(), [web.id, ...strangers].sort());

    // The store is lost: the original is taken up, and the others stay foreign.
    await server.end();
    const again = await startSatsuma(lab, temporaryFolder(t));
    t.teardown(() => again.end());
    await registerAll(again, lab);
    t.true(isCounted(await eventually(() => again.call('GET', 'engines'), isCounted, 30_000)));
    t.is((await again.call('GET', `container/${web.id}`)).data.image.type, 'host');
    for (const id of strangers) t.is((await again.call('GET', `container/${id}`)).data.image.type, '');
  },
);

test.serial('a later copy of a replica by its labels alone takes no slot', async (t) => {
  await removeAll();
  const server = await startSatsuma(lab, temporaryFolder(t));
  t.teardown(() => server.end());
  await registerAll(server, lab);
  const image = { ...busybox, constraints: [`node==${lab.engines[0]?.id}`] };
  t.is((await server.call('POST', 'service', { name: 'shop', image, replicas: 1 })).status, 201);
  const isReady = ({ data }: Answer) => data.status?.state === 'running' && data.status.ready === 1;
  const { data: shop } = await eventually(() => server.call('GET', 'service/shop'), isReady, 60_000);
  const replica = shop.status.replicas[0].container;
  const labels = { ...(await labelsOn(1, replica)), 'satsuma.reservation': 'f'.repeat(24), 'satsuma.copy': '77' };
  const hand = { Image: 'demo/busybox:1', Cmd: ['sleep', '3600'], HostConfig: { NetworkMode: 'none' } };
  const later = [await startByHand(1, 'later-here', { ...hand, Labels: labels })];
  later.push(await startByHand(2, 'later-there', { ...hand, Labels: labels }));
  for (const id of later) {
    const isListed = ({ status }: Answer) => status === 200;
    const { data } = await eventually(() => server.call('GET', `container/${id}`), isListed, 30_000);
    t.is(data.image.type, '', `${data.name} is foreign`);
  }
  // Every engine is looked at whole.
  await server.call('GET', 'engines?consistent=true');
  const { data: after } = await server.call('GET', 'service/shop');
  t.deepEqual([after.status.state, after.status.replicas.length], ['running', 1]);
  t.is(after.status.replicas[0].container, replica);
  t.deepEqual(await allIds(), [replica, ...later].sort());
});

test.serial(
  'two installations on the same engines warn of each other, and leave each other’s containers alone',
  async (t) => {
    await removeAll();
    const [ours, theirs] = await Promise.all(
      ['ours', 'theirs'].map((installation) => startSatsuma(lab, temporaryFolder(t), { installation })),
    );
    if (!ours || !theirs) throw new Error('no server');
    t.teardown(() => Promise.all([ours.end(), theirs.end()]));
    await registerAll(ours, lab);
    const isReady = ({ data }: Answer) => data.status?.state === 'running' && data.status.ready === 3;
    const service = { name: 'shop', image: busybox, replicas: 3 };
    await ours.call('POST', 'service', service);
    t.true(isReady(await eventually(() => ours.call('GET', 'service/shop'), isReady, 60_000)));
    const before = await allIds();
    const warnings = [];
    for (const engine of lab.engines) warnings.push((await theirs.call('POST', 'engine', engine)).warning);
    for (const warning of warnings)
      t.regex(warning ?? '', /of installation ours, and this is theirs: they are left alone$/);
    await theirs.call('POST', 'service', service);
    t.true(isReady(await eventually(() => theirs.call('GET', 'service/shop'), isReady, 60_000)));
    t.true(isReady(await ours.call('GET', 'service/shop')));
    const after = await allIds();
    t.is(after.length, 6);
    t.true(before.every((id) => after.includes(id)));
  },
);
