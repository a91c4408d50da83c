import anyTest, { type TestFn } from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { createContainer } from './lab-containers.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

const test = anyTest as TestFn<{ lab: Lab; server: SatsumaServer }>;
const patienceMs = 60_000;
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
    patienceMs,
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

type Context = { readonly lab: Lab; readonly server: SatsumaServer };

async function untilRunning({ server }: Context, service: string, template: number) {
  const { data } = await eventually(
    () => server.call('GET', `service/${service}`),
    ({ data: { status } }) =>
      status.state === 'running' &&
      status.replicas.length === status.wanted &&
      status.replicas.every((each: { generation: number }) => each.generation === template),
    patienceMs,
  );
  return data;
}

function enginesOf({ replicas }: { readonly replicas: readonly { readonly engine: string }[] }): string[] {
  return replicas.map(({ engine }) => engine).sort();
}

async function remove({ server }: Context, service: string): Promise<void> {
  await server.call('DELETE', `service/${service}`);
  await eventually(
    () => server.call('GET', `service/${service}`),
    ({ status }) => status === 404,
    patienceMs,
  );
}

/** The ids of the images that run for a service, by the engines' own word. */
async function imagesOf(lab: Lab, service: string): Promise<string[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`satsuma.service=${service}`] }));
  const lists = await Promise.all(
    [1, 2, 3].map((n) => lab.request(n, { path: `/containers/json?filters=${filters}` })),
  );
  return lists.flatMap(({ body }) => (JSON.parse(body) as { ImageID: string }[]).map(({ ImageID }) => ImageID));
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
