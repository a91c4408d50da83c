import { once } from 'node:events';
import test from 'ava';
import { WebSocket } from 'ws';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import type { Finding } from '../../src/model/finding.ts';
import { secret, signatureOf, startReceiver } from '../controllers/webhooks/receiver.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { eventually, registerAll, startSatsuma } from './satsuma-server.ts';
import { startRedis } from './store/redis-server.ts';

let lab: Lab;

test.before(async () => {
  lab = await startLab({ name: 'many', engines: 3, image: true, attached: true });
});

test.after.always(() => lab?.down());

test.serial(
  '100 at once over two servers that want one port on three engines: three run, 97 learn who holds it',
  async (t) => {
    const dir = temporaryFolder(t);
    const settings = { 'redis-url': (await startRedis(t)).url };
    const servers = [await startSatsuma(lab, dir, settings), await startSatsuma(lab, dir, settings)];
    for (const server of servers) t.teardown(() => server.end());
    const [one, two] = servers;
    if (!one || !two) throw new Error('two servers');
    await registerAll(one, lab);
    const count = async () => (await two.call('GET', 'engines')).data.length;
    t.is(await eventually(count, (engines) => engines === 3, 30_000), 3, 'the other server knows the engines');

    const bind_ports = [{ proto: 'tcp', port: 6379, container_port: 6379 }];
    const body = { name: 'demo/busybox:1', type: 'port', bind_ports };
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => (index % 2 ? one : two).call('POST', 'container', body)),
    );

    const ran = answers.filter(({ status }) => status === 201);
    t.is(ran.length, 3);
    t.deepEqual(
      ran.map(({ data }) => data.engine.id).sort(),
      lab.engines.map(({ id }) => id),
    );
    const refused = answers.filter(({ status }) => status === 422);
    t.is(refused.length, 97);
    // What the other server has started is told in a moment.
    const list = async () => (await one.call('GET', 'containers')).data;
    const containers = await eventually(list, ({ length }) => length === 3, 30_000);
    const holders = new Map<string, string>(
      containers.map((each: { name: string; engine: { id: string } }) => [each.engine.id, each.name.slice(1)]),
    );
    for (const { data, details } of refused) {
      t.is(data, 'no eligible engines to run image');
      for (const { engine, message, held_by } of details.engines) {
        t.is(message, `port tcp/6379 is taken by ${holders.get(engine)}`);
        t.deepEqual(held_by, [holders.get(engine)]);
      }
      t.is(details.engines.length, 3);
    }
  },
);

test.serial(
  'a Redis that goes away in mid-request: a clear error within bounds, nothing left behind, and back without a restart',
  async (t) => {
    const dir = temporaryFolder(t);
    const { redis, url } = await startRedis(t, '--appendonly', 'yes');
    const server = await startSatsuma(lab, dir, { 'redis-url': url });
    t.teardown(() => server.end());
    await registerAll(server, lab);
    const body = { name: 'demo/busybox:1', type: 'label', network_mode: 'none' };
    const runs = Array.from({ length: 12 }, () => server.call('POST', 'container', body));
    await Promise.race(runs);
    await redis.kill();
    const answers = await Promise.all(runs);
    t.true(
      answers.every(({ status }) => status === 201 || status === 503),
      `${answers.map(({ status }) => status)}`,
    );
    const asked = performance.now();
    const away = await server.call('POST', 'container', body);
    t.like(away, { status: 503, code: 'store_unavailable' });
    t.true(performance.now() - asked < 5_000);
    const ready = await fetch(`http://${server.address}/readyz`);
    t.is(ready.status, 503);

    await redis.start();
    const back = await eventually(
      () => server.call('POST', 'container', body),
      ({ status }) => status === 201,
      30_000,
    );
    t.is(back.status, 201);
    // Every container has its record again: those of answers that said 503 are gone, or were taken up.
    const isWhole = (list: { records: number; containers: number }) => list.records === list.containers;
    const count = async () => {
      const { data } = await server.call('GET', 'containers?all=true');
      const shown = await Promise.all(data.map(({ id }: { id: string }) => server.call('GET', `container/${id}`)));
      return { containers: data.length, records: shown.filter(({ data: each }) => each?.placement).length };
    };
    const seen = await eventually(count, isWhole, 30_000);
    t.is(seen.records, seen.containers);
    const acknowledged = [...answers, back].filter(({ status }) => status === 201).map(({ data }) => data.id);
    const missing = async () => {
      const { data: listed } = await server.call('GET', 'containers');
      const there = new Set(listed.map(({ id }: { id: string }) => id));
      return acknowledged.filter((id) => !there.has(id));
    };
    t.deepEqual(await eventually(missing, (ids) => ids.length === 0, 30_000), []);
  },
);

test.serial(
  'a server that was frozen tells nobody what was: the first answer afterwards knows what happened',
  async (t) => {
    const dir = temporaryFolder(t);
    const settings = { 'redis-url': (await startRedis(t)).url };
    const [one, frozen] = [await startSatsuma(lab, dir, settings), await startSatsuma(lab, dir, settings)];
    for (const server of [one, frozen]) t.teardown(() => server.end());
    await registerAll(one, lab);
    const run = () => one.call('POST', 'container', { name: 'demo/busybox:1', type: 'label', network_mode: 'none' });
    const list = async (): Promise<string[]> =>
      (await frozen.call('GET', 'containers')).data.map(({ id }: { id: string }) => id);
    const first = (await run()).data.id;
    t.true((await eventually(list, (ids) => ids.includes(first), 30_000)).includes(first));

    frozen.child.kill('SIGSTOP');
    const frozenAt = performance.now();
    const second = (await run()).data.id;
    t.is((await one.call('DELETE', `container/${first}`)).status, 202);
    // What waits at its door when it goes on.
    const asked = list();
    await eventually(async () => performance.now() - frozenAt > 1_500, Boolean, 30_000);
    frozen.child.kill('SIGCONT');
    const known = await asked;
    t.true(known.includes(second));
    t.false(known.includes(first));
    t.is((await one.call('DELETE', `container/${second}`)).status, 202);
  },
);

test.serial(
  'a webhook is told once of what happens through any server, and its next leader loses nothing',
  async (t) => {
    t.timeout(240_000);
    const dir = temporaryFolder(t);
    const settings = { 'redis-url': (await startRedis(t)).url, 'webhook-allow': ['127.0.0.1'] };
    const servers = [await startSatsuma(lab, dir, settings), await startSatsuma(lab, dir, settings)];
    for (const server of servers) t.teardown(() => server.end());
    const [one, two] = servers;
    if (!one || !two) throw new Error('two servers');
    await registerAll(one, lab);
    const receiver = await startReceiver(t);
    const filter = { kind: ['container'], action: ['start', 'destroy'] };
    t.is((await two.call('POST', 'webhook', { name: 'hook', url: receiver.url, secret, filter })).status, 201);
    const run = async (server: typeof one, name: string) => {
      const body = { name: 'demo/busybox:1', type: 'label', network_mode: 'none', container_name: name };
      const ran = await eventually(
        () => server.call('POST', 'container', body),
        ({ status }) => status === 201,
        30_000,
      );
      t.is(ran.status, 201, JSON.stringify(ran.data));
    };
    // What was done before may be told late, when others have been asked for.
    const received = () => receiver.received.filter(({ event }) => !/^(warm|busybox)-/.test(event.name));
    const told = () => received().map(({ event }) => `${event.action} ${event.name}`);
    // A server begins to follow events within a second of the first webhook: what happened before is told as an update.
    for (let at = 0; receiver.received.length === 0 && at < 20; at++) {
      await run(one, `warm-${at}`);
      await eventually(
        async () => receiver.received.length,
        (length) => length > 0,
        1_500,
      );
    }
    t.true(receiver.received.length > 0);
    await run(one, 'first');
    await run(two, 'second');
    // What comes and goes between two questions to its engine is not told.
    const isToldOf = (count: number) =>
      eventually(
        async () => received().length,
        (length) => length >= count,
        60_000,
      );
    await isToldOf(2);
    t.is((await two.call('DELETE', 'container/first')).status, 202);
    await isToldOf(3);
    t.deepEqual(told().sort(), ['destroy first', 'start first', 'start second']);
    for (const { headers, body } of received()) t.is(headers['x-satsuma-signature'], signatureOf(body));
    for (const server of servers) {
      const { status } = (await server.call('GET', 'webhook/hook')).data;
      t.is(status.state, 'ok');
    }

    const leads = async (server: typeof one) =>
      (await server.log()).some(({ msg }) => msg === 'elected leader of the controllers');
    const [leader, other] = (await leads(one)) ? [one, two] : [two, one];
    await leader.end('SIGKILL');
    await run(other, 'third');
    const isTold = await eventually(
      async () => told().includes('start third'),
      (is) => is,
      60_000,
    );
    t.true(isTold, told().join(', '));
    // What was delivered and not noted before the end is sent again, with its id.
    const ids = received().map(({ headers }) => headers['x-satsuma-delivery']);
    t.is(new Set(ids).size, 4);
    const log = JSON.stringify(await other.log());
    t.false(log.includes(secret));
    t.false(log.includes(receiver.url));
  },
);

test.serial('what is wrong with real engines and a real Redis is found, while the rest is told', async (t) => {
  t.timeout(180_000);
  const dir = temporaryFolder(t);
  const { redis, url } = await startRedis(t, '--appendonly', 'no');
  const server = await startSatsuma(lab, dir, { 'redis-url': url, deadlines: { list: 2, connect: 2 } });
  t.teardown(() => server.end());
  await registerAll(server, lab);
  const findings = async (): Promise<Finding[]> => (await server.call('GET', 'doctor')).data.findings;
  const of = (found: readonly Finding[], subject: string) =>
    Object.fromEntries(found.filter((each) => each.subject === subject).map(({ check, status }) => [check, status]));
  const [first] = lab.engines;
  if (!first) throw new Error('no engine');
  const well = await findings();
  t.like(of(well, first.id), {
    ...{ 'engine.reachable': 'ok', 'engine.version': 'ok', 'engine.storage': 'ok', 'engine.clock': 'ok' },
    'engine.certificate': 'ok',
  });
  t.deepEqual(of(well, 'ca-cert'), { certificate: 'ok' });
  t.deepEqual(of(well, 'ssl-cert'), { certificate: 'ok' });
  t.like(of(well, 'store'), { 'store.version': 'ok', 'store.persistence': 'warning', 'store.eviction': 'ok' });

  await redis.kill();
  const away = await eventually(findings, (found) => of(found, 'store')['store.reachable'] === 'problem', 30_000);
  t.like(of(away, 'store'), { 'store.reachable': 'problem' });
  t.like(of(away, first.id), { 'engine.reachable': 'ok', 'engine.certificate': 'ok' });
});

test.serial('a program in a container runs through any server', async (t) => {
  const dir = temporaryFolder(t);
  const settings = { 'redis-url': (await startRedis(t)).url };
  const servers = [await startSatsuma(lab, dir, settings), await startSatsuma(lab, dir, settings)];
  for (const server of servers) t.teardown(() => server.end());
  const [one, two] = servers;
  if (!one || !two) throw new Error('two servers');
  await registerAll(one, lab);
  const image = { name: 'demo/busybox:1', type: 'label', container_name: 'box', args: ['sleep', '10000'] };
  t.is((await one.call('POST', 'container', image)).status, 201);
  const exec = (server: typeof one, script: string) =>
    server.call('POST', 'container/box/exec', { cmd: ['sh', '-c', script] });
  const isKnown = await eventually(
    () => exec(two, 'echo from two > /tmp/note; exit 3'),
    ({ status }) => status === 200,
    30_000,
  );
  t.like(isKnown, { status: 200, data: { exit_code: 3 } });
  t.like(await exec(one, 'cat /tmp/note'), { data: { exit_code: 0, stdout: 'from two\n' } });
  const url = `ws://${two.address}/apiv1/container/box/exec/ws?cmd=cat`;
  const socket = new WebSocket(url, 'v1.satsuma.exec');
  t.teardown(() => socket.terminate());
  const messages: string[] = [];
  socket.on('message', (data: Buffer) => messages.push(data.toString('latin1')));
  await once(socket, 'open');
  socket.send(Buffer.from('\0hello'));
  socket.send(Buffer.from([255, 0]));
  await once(socket, 'close');
  t.deepEqual(messages, ['\x01hello', '\x03{"exit_code":0}']);
  t.is((await one.call('DELETE', 'container/box')).status, 202);
});
