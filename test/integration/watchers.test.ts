import test from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';
import { startRedis } from './store/redis-server.ts';

/** Seconds between two resyncs: what is known sooner is known by an event. */
const resyncSeconds = 120;
/** As README promises: nothing else runs beside this file (ava.timed.config.js). */
const knownWithinMs = 2_000;
/** Until a server has found out which engines it follows, or that one of them, or a server, is silent. */
const followedWithinMs = 30_000;
let lab: Lab;

test.before(async () => {
  lab = await startLab({ name: 'watched', engines: 3, image: true, attached: true });
});

test.after.always(() => lab?.down());

/** What is asked of an engine by hand has to be done, or the test waits for what never was. */
async function ask(n: number, request: Parameters<Lab['request']>[1]): Promise<string> {
  const { status, body } = await lab.request(n, request);
  if (status >= 400) throw new Error(`${request.method} ${request.path}: ${status} ${body}`);
  return body;
}

/** `docker run`, `docker stop`, `docker rm -f` of somebody who knows nothing of Satsuma. */
const byHand = {
  async run(n: number, name: string, port: number): Promise<string> {
    const host = { PortBindings: { '80/tcp': [{ HostPort: String(port) }] }, Memory: 64 * 2 ** 20 };
    const body = JSON.stringify({ Image: 'demo/busybox:1', ExposedPorts: { '80/tcp': {} }, HostConfig: host });
    const headers = { 'content-type': 'application/json' };
    const created = await ask(n, { method: 'POST', path: `/containers/create?name=${name}`, headers, body });
    const { Id } = JSON.parse(created);
    await ask(n, { method: 'POST', path: `/containers/${Id}/start` });
    return Id;
  },
  stop: (n: number, name: string) => ask(n, { method: 'POST', path: `/containers/${name}/stop?t=0` }),
  start: (n: number, name: string) => ask(n, { method: 'POST', path: `/containers/${name}/start` }),
  rename: (n: number, name: string, to: string) =>
    ask(n, { method: 'POST', path: `/containers/${name}/rename?name=${to}` }),
  remove: (n: number, name: string) => ask(n, { method: 'DELETE', path: `/containers/${name}?force=true` }),
};

const reserved = (n: number) => async (server: SatsumaServer) =>
  (await server.call('GET', `engine/watched-${n}`)).data.reserved_memory;

test.serial('what is done by hand on any engine is in every server’s records by its event', async (t) => {
  const dir = temporaryFolder(t);
  const settings = { 'redis-url': (await startRedis(t)).url, 'observe-interval': resyncSeconds };
  const servers = [await startSatsuma(lab, dir, settings), await startSatsuma(lab, dir, settings)];
  for (const server of servers) t.teardown(() => server.end());
  const [first] = servers;
  if (!first) throw new Error('two servers');
  await registerAll(first, lab);
  // Until both have found out who follows what.
  for (const [index] of lab.engines.entries()) {
    await eventually(() => followed(servers, index + 1), Boolean, followedWithinMs);
  }
  for (const n of [1, 2, 3]) {
    await byHand.run(n, 'theirs', 18_100);
    for (const server of servers)
      t.is(
        await eventually(
          () => reserved(n)(server),
          (mb) => mb === 64,
          knownWithinMs,
        ),
        64,
      );
    const bind_ports = [{ proto: 'tcp', port: 18_100, container_port: 80 }];
    const asked = { name: 'demo/busybox:1', type: 'host', labels: [`host:watched-${n}`], bind_ports };
    for (const server of servers) {
      const { status, details } = await server.call('POST', 'container', asked);
      t.is(status, 422);
      const report = details.engines.find(({ engine }: { engine: string }) => engine === `watched-${n}`);
      t.is(report.message, 'port tcp/18100 is taken by theirs');
    }
    await byHand.stop(n, 'theirs');
    for (const server of servers)
      t.is(
        await eventually(
          () => reserved(n)(server),
          (mb) => mb === 0,
          knownWithinMs,
        ),
        0,
      );
    await byHand.remove(n, 'theirs');
  }
  const ran = await first.call('POST', 'container', { name: 'demo/busybox:1', type: 'label', memory: 32 });
  await byHand.remove(Number(ran.data.engine.id.at(-1)), ran.data.id);
  const total = async (server: SatsumaServer) => (await server.call('GET', 'cluster')).data.reserved_memory;
  for (const server of servers)
    t.is(
      await eventually(
        () => total(server),
        (mb) => mb === 0,
        knownWithinMs,
      ),
      0,
    );
});

/** Names and states, as every server lists them. */
const listed = async (server: SatsumaServer, query = 'all=true') =>
  (await server.call('GET', `containers?${query}`)).data.map(
    ({ name, state }: { name: string; state: string }) => `${name} ${state}`,
  );

test.serial('what is started, stopped, renamed and removed by hand is right in the list of every server', async (t) => {
  const dir = temporaryFolder(t);
  const settings = { 'redis-url': (await startRedis(t)).url, 'observe-interval': resyncSeconds };
  const servers = [await startSatsuma(lab, dir, settings), await startSatsuma(lab, dir, settings)];
  for (const server of servers) t.teardown(() => server.end());
  const [first] = servers;
  if (!first) throw new Error('two servers');
  await registerAll(first, lab);
  for (const [index] of lab.engines.entries())
    await eventually(() => followed(servers, index + 1), Boolean, followedWithinMs);
  const everywhere = async (expected: readonly string[]) => {
    for (const server of servers) {
      const isSo = (names: readonly string[]) => names.join() === expected.join();
      t.deepEqual(await eventually(() => listed(server), isSo, knownWithinMs), expected);
    }
  };
  for (const n of [1, 2, 3]) {
    await byHand.run(n, 'mine', 18_300);
    await everywhere(['/mine running']);
    await byHand.stop(n, 'mine');
    await everywhere(['/mine exited']);
    await byHand.rename(n, 'mine', 'yours');
    await everywhere(['/yours exited']);
    await byHand.start(n, 'yours');
    await everywhere(['/yours running']);
    for (const server of servers) {
      const { data } = await server.call('GET', 'container/yours');
      t.deepEqual([data.engine.id, data.ports[0].port], [`watched-${n}`, 18_300]);
    }
    await byHand.remove(n, 'yours');
    await everywhere([]);
  }
});

test.serial('while an engine is frozen, lists and look-ups are answered: no engine is asked', async (t) => {
  const server = await startSatsuma(lab, temporaryFolder(t), { 'observe-interval': 1 });
  t.teardown(() => server.end());
  await registerAll(server, lab);
  const { status, data: ran } = await server.call('POST', 'container', {
    name: 'demo/busybox:1',
    type: 'host',
    labels: ['host:watched-1'],
    container_name: 'frozen',
    args: ['sleep', '600'],
  });
  t.is(status, 201, JSON.stringify(ran));
  await lab.pause(1);
  try {
    // Each of these would wait for seconds, were the engine asked.
    for (let count = 0; count < 200; count++) {
      t.deepEqual(await listed(server, 'engine=watched-1'), ['/frozen running']);
      t.is((await server.call('GET', `container/${ran.id.slice(0, 12)}`)).data.name, '/frozen');
    }
    const stale = async () => (await server.call('GET', 'containers')).data[0]?.stale;
    t.true(await eventually(stale, Boolean, followedWithinMs), 'once it is known not to answer');
    const { errors } = await server.call('GET', 'containers');
    t.like(errors, [{ engine: 'watched-1' }]);
  } finally {
    await lab.resume(1);
  }
  const fresh = async () => (await server.call('GET', 'containers?consistent=true')).data[0]?.stale;
  t.is(await eventually(fresh, (isStale) => isStale === undefined, followedWithinMs), undefined);
  t.is((await server.call('DELETE', 'container/frozen')).status, 202);
});

test.serial('when a server dies, the others follow its engines', async (t) => {
  const dir = temporaryFolder(t);
  const settings = { 'redis-url': (await startRedis(t)).url, 'observe-interval': resyncSeconds };
  const doomed = await startSatsuma(lab, dir, settings);
  await registerAll(doomed, lab);
  const heir = await startSatsuma(lab, dir, settings);
  t.teardown(() => heir.end());
  for (const [index] of lab.engines.entries())
    await eventually(() => followed([doomed, heir], index + 1), Boolean, followedWithinMs);
  await doomed.end('SIGKILL');
  const died = performance.now();
  for (const n of [1, 2, 3]) await byHand.run(n, 'later', 18_200);
  for (const n of [1, 2, 3])
    t.is(
      await eventually(
        () => reserved(n)(heir),
        (mb) => mb === 64,
        followedWithinMs,
      ),
      64,
      `engine ${n}`,
    );
  t.log(`taken over after ${Math.round(performance.now() - died)} ms`);
  for (const n of [1, 2, 3]) await byHand.remove(n, 'later');
});

/** Whether somebody follows the engine: a container by hand gets on record, and off it. */
async function followed(servers: readonly SatsumaServer[], n: number): Promise<boolean> {
  const [server] = servers;
  if (!server) return false;
  await byHand.run(n, 'probe', 18_000);
  const isSeen =
    (await eventually(
      () => reserved(n)(server),
      (mb) => mb > 0,
      followedWithinMs,
    )) > 0;
  await byHand.remove(n, 'probe');
  return (
    isSeen &&
    (await eventually(
      () => reserved(n)(server),
      (mb) => mb === 0,
      followedWithinMs,
    )) === 0
  );
}
