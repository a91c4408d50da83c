import test from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

const leaseSeconds = 3;
let lab: Lab;

test.before(async () => {
  lab = await startLab({ name: 'crash', engines: 3, image: true, attached: true });
});

test.after.always(() => lab?.down());

const busybox = { name: 'demo/busybox:1', type: 'label', memory: 16, strategy: 'spread', network_mode: 'none' };

/** What the engines have and what the server promised, side by side. */
async function compare(server: SatsumaServer) {
  const { data: containers, errors } = await server.call('GET', 'containers?all=true');
  const { data: cluster } = await server.call('GET', 'cluster');
  const running = containers.filter(({ state }: { state: string }) => state === 'running');
  const unrecorded: string[] = [];
  for (const { id } of containers) {
    const { data } = await server.call('GET', `container/${id}`);
    if (!data.placement) unrecorded.push(id);
  }
  return {
    errors,
    unrecorded,
    all: containers.length,
    running: running.length,
    promisedMemory: cluster.reserved_memory,
  };
}

test.serial(
  'kill -9 in the middle of 50 runs: within one lease no claim is without a container, and no container without a record',
  async (t) => {
    const dir = temporaryFolder(t);
    const first = await startSatsuma(lab, dir, { lease: leaseSeconds });
    await registerAll(first, lab);
    const runs = Array.from({ length: 50 }, () => first.call('POST', 'container', busybox).catch(() => undefined));
    // The tenth answer means that others are under way.
    await new Promise<void>((resolve) => {
      let answered = 0;
      for (const run of runs) void run.then((answer) => answer?.status === 201 && ++answered === 10 && resolve());
    });
    await first.end('SIGKILL');
    const acknowledged = (await Promise.all(runs))
      .filter((answer) => answer?.status === 201)
      .map((answer) => answer?.data.id);
    t.true(acknowledged.length >= 10 && acknowledged.length < 50, `${acknowledged.length} were acknowledged`);

    const second = await startSatsuma(lab, dir, { lease: leaseSeconds });
    t.teardown(() => second.end());
    const isEven = (seen: Awaited<ReturnType<typeof compare>>) =>
      seen.unrecorded.length === 0 && seen.running === seen.all && seen.promisedMemory === 16 * seen.all;
    const seen = await eventually(() => compare(second), isEven, (leaseSeconds + 3) * 1000);
    t.deepEqual(seen.errors, []);
    t.deepEqual(seen.unrecorded, [], 'containers without a record');
    t.is(seen.promisedMemory, 16 * seen.all, 'claims without a container');
    t.is(seen.running, seen.all, 'containers that were made and never started');
    const { data: listed, errors } = await second.call('GET', 'containers');
    t.deepEqual(errors ?? [], []);
    const there = new Set(listed.map(({ id }: { id: string }) => id));
    t.deepEqual(
      acknowledged.filter((id) => !there.has(id)),
      [],
      'acknowledged containers that are lost',
    );
    for (const id of there) t.is((await second.call('DELETE', `container/${id}`)).status, 202);
    // An engine that is slow may still make what the dead server asked of it.
    const promised = async () => {
      const { data: late } = await second.call('GET', 'containers?all=true');
      for (const { id } of late) await second.call('DELETE', `container/${id}`);
      return late.length + (await second.call('GET', 'cluster')).data.reserved_memory;
    };
    t.is(await eventually(promised, (amount) => amount === 0, 60_000), 0);
  },
);

test.serial('SIGTERM finishes what runs, and ends within 10 s', async (t) => {
  const dir = temporaryFolder(t);
  const server = await startSatsuma(lab, dir);
  await registerAll(server, lab);
  const run = server.call('POST', 'container', busybox);
  const [engineBusy] = [
    eventually(
      () => server.call('GET', 'cluster'),
      ({ data }) => data.reserved_memory > 0,
      30_000,
    ),
  ];
  await engineBusy;
  const asked = performance.now();
  const code = await server.end('SIGTERM');
  t.is(code, 0);
  t.true(performance.now() - asked < 10_000);
  const { status, data } = await run;
  t.is(status, 201);

  const next = await startSatsuma(lab, dir);
  t.teardown(() => next.end());
  t.is((await next.call('DELETE', `container/${data.id}`)).status, 202);
});

test.serial('two clients that destroy one container at the same time: one does, the other is told', async (t) => {
  const server = await startSatsuma(lab, temporaryFolder(t));
  t.teardown(() => server.end());
  await registerAll(server, lab);
  const { data } = await server.call('POST', 'container', busybox);
  const both = await Promise.all([1, 2].map(() => server.call('DELETE', `container/${data.id}`)));
  const statuses = both.map(({ status }) => status).sort();
  t.is(statuses[0], 202);
  t.true([404, 409].includes(statuses[1] ?? 0), `${statuses}`);
  t.is((await server.call('DELETE', `container/${data.id}`)).status, 404);
});

test.serial('a port that a process of the engine’s own holds moves the container to the next engine', async (t) => {
  const server = await startSatsuma(lab, temporaryFolder(t));
  t.teardown(() => server.end());
  await registerAll(server, lab);
  // Started behind the server's back: the ledger knows nothing of it.
  const host = { PortBindings: { '80/tcp': [{ HostPort: '18088' }] } };
  const path = '/containers/create?name=foreign';
  const created = await lab.request(1, {
    method: 'POST',
    path,
    ...json({ Image: 'demo/busybox:1', ExposedPorts: { '80/tcp': {} }, HostConfig: host }),
  });
  const { Id } = JSON.parse(created.body);
  await lab.request(1, { method: 'POST', path: `/containers/${Id}/start` });
  const bind_ports = [{ proto: 'tcp', port: 18_088, container_port: 80 }];
  const { network_mode: _, ...bridged } = busybox;
  const ran = await server.call('POST', 'container', { ...bridged, type: 'port', bind_ports, strategy: 'round-robin' });
  t.is(ran.status, 201);
  t.not(ran.data.engine.id, 'crash-1');
  t.deepEqual(
    (await server.call('GET', 'engine/crash-1/containers?all=true&consistent=true')).data.map(
      ({ id }: { id: string }) => id,
    ),
    [Id],
  );
  await server.call('DELETE', `container/${ran.data.id}`);
  t.is((await server.call('DELETE', 'container/foreign')).status, 202);
});

test.serial('an engine that is frozen delays only its own answer, and comes back by itself', async (t) => {
  const server = await startSatsuma(lab, temporaryFolder(t), { deadlines: { list: 1, connect: 1, restart: 0 } });
  t.teardown(() => server.end());
  await registerAll(server, lab);
  await lab.pause(2);
  const isDown = ({ data }: { data: { status: string } }) => data.status === 'down';
  const down = await eventually(() => server.call('GET', 'engine/crash-2'), isDown, 30_000);
  t.is(down.data.status, 'down');
  t.regex(down.data.error, /crash-2/);
  const list = await server.call('GET', 'containers');
  t.is(list.status, 200);
  t.deepEqual(
    list.errors.map(({ engine }: { engine: string }) => engine),
    ['crash-2'],
  );
  const ran = await server.call('POST', 'container', { ...busybox, type: 'host', labels: ['host:crash-2'] });
  t.is(ran.status, 422);
  t.true(ran.details.engines.some(({ message }: { message: string }) => message === 'the engine is down'));
  await lab.resume(2);
  const isOk = ({ data }: { data: { status: string } }) => data.status === 'ok';
  t.is((await eventually(() => server.call('GET', 'engine/crash-2'), isOk, 30_000)).data.status, 'ok');
});

function json(body: unknown): { body: string; headers: Record<string, string> } {
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}
