import anyTest, { type TestFn } from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { createContainer } from './lab-containers.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

const test = anyTest as TestFn<{ lab: Lab; server: SatsumaServer }>;
const timeoutMs = 60_000;
/** Counts as soon as it runs, and goes when it is told to. */
const steady = {
  image: { name: 'demo/busybox:1', args: ['sh', '-c', 'trap "exit 0" TERM; sleep 100000 & wait'] },
  update: { monitor: 0 },
  shutdown_delay: 0,
};

test.before(async (t) => {
  const lab = await startLab({ name: 'replicas', engines: 3, image: true, registry: true, attached: true });
  const server = await startSatsuma(lab, lab.dir, { 'observe-interval': 2 });
  t.context = { lab, server };
  await registerAll(server, lab);
});

test.after.always(async (t) => {
  await t.context.server?.end();
  await t.context.lab?.down();
});

test.serial('the replicas of a service are spread over the engines before these are filled evenly', async (t) => {
  const { lab, server } = t.context;
  for (const n of [1, 2]) for (const i of [1, 2, 3, 4]) await createContainer(lab, n, `other-${i}`);
  await eventually(
    () => server.call('GET', 'engines'),
    ({ data }) => data.filter(({ containers }: { containers: number }) => containers === 4).length === 2,
    timeoutMs,
  );
  await server.call('POST', 'service', { name: 'wide', ...steady, replicas: 3 });
  const { status } = await untilRunning(t.context, 'wide', 1);
  t.deepEqual(enginesOf(status), ['replicas-1', 'replicas-2', 'replicas-3']);
  // Who asks for another strategy has that alone.
  const image = { ...steady.image, strategy: 'binpack' };
  await server.call('POST', 'service', { name: 'packed', ...steady, image, replicas: 3 });
  t.is(new Set(enginesOf((await untilRunning(t.context, 'packed', 1)).status)).size, 1);
  for (const name of ['wide', 'packed']) await remove(t.context, name);
  for (const n of [1, 2]) {
    for (const i of [1, 2, 3, 4]) await lab.request(n, { method: 'DELETE', path: `/containers/other-${i}?force=true` });
  }
});

test.serial('a tag that moved in the registry is rolled out by a restart', async (t) => {
  const { lab, server } = t.context;
  const name = `${lab.registry?.addr}/demo/moved:latest`;
  const first = await publish(lab, 3, name);
  const image = { ...steady.image, name, constraints: ['node!=replicas-3'] };
  await server.call('POST', 'service', { name: 'moved', ...steady, image, replicas: 2 });
  await untilRunning(t.context, 'moved', 1);
  t.deepEqual(await imagesOf(lab, 'moved'), [first, first]);
  const second = await publish(lab, 3, name);
  t.not(second, first);
  t.is((await server.call('POST', 'service/moved/restart')).data.generation, 2);
  await untilRunning(t.context, 'moved', 2);
  t.deepEqual(await imagesOf(lab, 'moved'), [second, second]);
  await remove(t.context, 'moved');
});

test.serial('a replica that died leaves its exit code, its signal, OOMKilled and the end of its log', async (t) => {
  const { lab, server } = t.context;
  const image = (script: string, more: object = {}) => ({ ...steady.image, args: ['sh', '-c', script], ...more });
  const fatal = image('echo begins >&2; echo FATAL >&2; sleep 1; exit 7');
  const greedy = image('sleep 1; exec tail /dev/zero', { memory: 16 });
  await server.call('POST', 'service', { name: 'fatal', ...steady, image: fatal });
  await server.call('POST', 'service', { name: 'greedy', ...steady, image: greedy });
  await server.call('POST', 'service', { name: 'killed', ...steady });
  const { status } = await untilRunning(t.context, 'killed', 1);
  const [{ engine, container }] = status.replicas;
  const n = Number(engine.split('-').at(-1));
  await lab.request(n, { method: 'POST', path: `/containers/${container}/kill?signal=KILL` });
  const killed = await untilFailed(t.context, 'killed');
  t.like(killed, { engine, container, reason: 'it ended with exit code 137 (SIGKILL)' });
  // The slot is filled again, and tells it all the same.
  await untilRunning(t.context, 'killed', 1);
  t.is((await untilFailed(t.context, 'killed')).container, container);
  t.like(await untilFailed(t.context, 'fatal'), { reason: 'it ended with exit code 7', log: 'begins\nFATAL\n' });
  t.is(
    (await untilFailed(t.context, 'greedy')).reason,
    'it ended with exit code 137 (SIGKILL): out of memory (OOMKilled)',
  );
  for (const name of ['fatal', 'greedy', 'killed']) await remove(t.context, name);
});

test.serial('of engines that are cut off together none is given up because it is found down first', async (t) => {
  const { lab, server } = t.context;
  await server.call('POST', 'service', { name: 'held', ...steady, replicas: 3, grace: 0 });
  const before = containersOf((await untilRunning(t.context, 'held', 1)).status);
  await Promise.all([lab.partition(1), lab.partition(2)]);
  for (const n of [1, 2]) await untilEngine(t.context, n, 'down');
  t.deepEqual(containersOf((await server.call('GET', 'service/held')).data.status), before);
  // They may be found well at different times, and are held until then.
  await Promise.all([lab.heal(1), lab.heal(2)]);
  for (const n of [1, 2]) await untilEngine(t.context, n, 'ok');
  t.deepEqual(containersOf((await untilRunning(t.context, 'held', 1)).status), before);
  await remove(t.context, 'held');
});

test.serial('a service and a job with a container on an engine that is cut off are removed at once', async (t) => {
  const { lab, server } = t.context;
  const image = { ...steady.image, constraints: ['node==replicas-1'] };
  await server.call('POST', 'service', { name: 'left', ...steady, image });
  await server.call('POST', 'job', { name: 'begun', image });
  await untilRunning(t.context, 'left', 1);
  const labels = ['satsuma.service=left', 'satsuma.job=begun'];
  const leftOvers = async () => (await Promise.all(labels.map((label) => listed(lab, 1, label)))).flat().length;
  t.is(await eventually(leftOvers, (count) => count === 2, timeoutMs), 2);
  await lab.partition(1);
  await untilEngine(t.context, 1, 'down');
  await remove(t.context, 'left');
  await remove(t.context, 'begun', 'job');
  await untilEngine(t.context, 1, 'down');
  // Their names are free.
  const other = { ...steady.image, constraints: ['node==replicas-2'] };
  t.is((await server.call('POST', 'service', { name: 'left', ...steady, image: other })).status, 201);
  await untilRunning(t.context, 'left', 1);
  await lab.heal(1);
  t.is(await eventually(leftOvers, (count) => count === 0, timeoutMs), 0);
  t.is((await untilRunning(t.context, 'left', 1)).status.ready, 1);
  await remove(t.context, 'left');
});

test.serial(
  'an image is the same one by its digest with a tag and without, and by a tag that has moved on since',
  async (t) => {
    const { lab, server } = t.context;
    const name = `${lab.registry?.addr}/demo/pinned`;
    const other = await publish(lab, 3, `${name}:1.0`);
    const { body } = await lab.request(3, { path: `/images/${name}:1.0/json` });
    const [, digest] = JSON.parse(body).RepoDigests[0].split('@');
    const on = (n: number, image: object) => ({ ...steady.image, ...image, constraints: [`node==replicas-${n}`] });
    const tagged = { name: `${name}:1.0@${digest}`, type: 'unique', container_name: 'tagged' };
    const { status, data } = await server.call('POST', 'container', on(1, tagged));
    t.is(status, 201, JSON.stringify(data));
    for (const again of [`${name}@${digest}`, `${name}:1.0@${digest}`]) {
      const refused = await server.call('POST', 'container', on(1, { name: again, type: 'unique' }));
      t.like(refused, { status: 422, code: 'unschedulable' }, JSON.stringify(refused));
      const apart = { ...steady.image, type: 'label', constraints: [`image!=${again}`, 'node==replicas-1'] };
      t.is((await server.call('POST', 'plan', apart)).data.engine, null, again);
    }
    await server.call('DELETE', 'container/tagged');

    const tag = (image: string) =>
      lab.request(2, { method: 'POST', path: `/images/${image}/tag?repo=demo/moving&tag=1` });
    t.is((await tag('demo/busybox:1')).status, 201);
    await createContainer(lab, 2, 'theirs', { image: 'demo/moving:1', cmd: ['sleep', '3600'] });
    await server.call('POST', 'container', on(2, { name: `${name}:1.0`, type: 'label', container_name: 'puller' }));
    t.is((await tag(`${name}:1.0`)).status, 201, other);
    const listed = JSON.parse((await lab.request(2, { path: '/containers/json' })).body);
    const theirs = listed.find(({ Names }: { readonly Names: readonly string[] }) => Names[0] === '/theirs');
    t.notRegex(theirs.Image, /moving/, 'the engine lists it by an id');
    const known = await eventually(
      () => server.call('GET', 'container/theirs?consistent=true'),
      (answer) => answer.data.image?.name === 'demo/moving:1',
      timeoutMs,
    );
    t.is(known.data.image?.name, 'demo/moving:1', JSON.stringify(known));
    const apart = { ...steady.image, type: 'label', constraints: ['image!=demo/moving:1', 'node==replicas-2'] };
    // Its record follows what was seen.
    const planned = () => server.call('POST', 'plan', apart);
    const { data: plan } = await eventually(planned, (answer) => answer.data.engine === null, timeoutMs);
    t.is(plan.engine, null);
    await server.call('DELETE', 'container/puller');
    await lab.request(2, { method: 'DELETE', path: '/containers/theirs?force=true' });
  },
);

type Context = { readonly lab: Lab; readonly server: SatsumaServer };

async function untilRunning({ server }: Context, service: string, template: number) {
  const { data } = await eventually(
    () => server.call('GET', `service/${service}`),
    ({ data: { status } }) =>
      status.state === 'running' &&
      status.replicas.length === status.wanted &&
      status.replicas.every((each: { generation: number }) => each.generation === template),
    timeoutMs,
  );
  return data;
}

function enginesOf({ replicas }: { readonly replicas: readonly { readonly engine: string }[] }): string[] {
  return replicas.map(({ engine }) => engine).sort();
}

async function remove({ server }: Context, name: string, kind: 'service' | 'job' = 'service'): Promise<void> {
  await server.call('DELETE', `${kind}/${name}`);
  await eventually(
    () => server.call('GET', `${kind}/${name}`),
    ({ status }) => status === 404,
    timeoutMs,
  );
}

/** How the last replica of a service of one failed. */
async function untilFailed({ server }: Context, service: string) {
  const { data } = await eventually(
    () => server.call('GET', `service/${service}`),
    ({ data: { status } }) => status.last_failures.length === 1,
    timeoutMs,
  );
  return data.status.last_failures[0];
}

async function untilEngine({ server }: Context, n: number, status: string): Promise<void> {
  const { data } = await eventually(
    () => server.call('GET', `engine/replicas-${n}`),
    (answer) => answer.data.status === status,
    timeoutMs,
  );
  if (data.status !== status) throw new Error(`engine ${n} is ${data.status}`);
}

function containersOf({ replicas }: { readonly replicas: readonly { readonly container: string }[] }): string[] {
  return replicas.map(({ container }) => container).sort();
}

/** What an engine has with a label, running or not. */
async function listed(lab: Lab, n: number, label: string): Promise<{ readonly ImageID: string }[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  return JSON.parse((await lab.request(n, { path: `/containers/json?all=true&filters=${filters}` })).body);
}

/** The ids of the images that run for a service, by the engines' own word. */
async function imagesOf(lab: Lab, service: string): Promise<string[]> {
  const lists = await Promise.all([1, 2, 3].map((n) => listed(lab, n, `satsuma.service=${service}`)));
  return lists.flat().map(({ ImageID }) => ImageID);
}

/** Makes a new image on an engine and pushes it under that name; its id. */
async function publish(lab: Lab, n: number, name: string): Promise<string> {
  await lab.importImage(name, [n]);
  const [, repository, tag] = /^(.+):([^:]+)$/.exec(name) ?? [];
  const headers = { 'x-registry-auth': Buffer.from('{}').toString('base64') };
  const { body } = await lab.request(n, { method: 'POST', path: `/images/${repository}/push?tag=${tag}`, headers });
  if (body.includes('errorDetail')) throw new Error(body);
  return JSON.parse((await lab.request(n, { path: `/images/${name}/json` })).body).Id;
}
