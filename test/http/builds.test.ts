import test, { type ExecutionContext } from 'ava';
import tar from 'tar-stream';
import { archiveOf, entriesOf, imageEntries } from '../execution/archives/archives.ts';
import { checkAnswer } from './answer-check.ts';
import { openDoor } from './open-door.ts';

type Door = Awaited<ReturnType<typeof openDoor>>;

async function build(door: Door, query: string, payload: Buffer) {
  const asked = { method: 'POST', url: `/apiv1/engine-images/build?${query}` };
  const answer = await door.server.inject({
    ...asked,
    headers: { host: 'localhost', 'content-type': 'application/x-tar' },
    payload,
  });
  const { statusCode: status, payload: text, headers } = answer;
  checkAnswer(door.server, { ...asked, status, type: String(headers['content-type']), payload: text });
  const lines = text
    .trim()
    .split('\n')
    .map((each) => JSON.parse(each));
  return { status, lines, last: lines.at(-1) };
}

async function tree(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const pack = tar.pack();
  for (const [name, text] of Object.entries(files)) pack.entry({ name }, text);
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const bytes of pack) chunks.push(bytes as Buffer);
  return Buffer.concat(chunks);
}

test('an archive is built on one engine as it is asked for, and its log is told', async (t) => {
  const door = await openDoor(t, { engines: 2 });
  const archive = await tree({ Dockerfile: 'FROM demo/busybox:1\n' });
  const query =
    'name=shop/web:2&name=shop/web:latest&target=run&arg=TAG%3D2%3D3&label=a%3Db&no_cache=true&dockerfile=Dockerfile&network=none&engine=b';
  const { status, lines, last } = await build(door, query, archive);
  t.is(status, 200);
  t.deepEqual(lines[0], { engine: 'b', status: 'building' });
  t.true(lines.some(({ log }) => log === 'Step 1/1 : FROM demo/busybox:1\n'));
  t.like(last, { engine: 'b', names: ['shop/web:2', 'shop/web:latest'], engines: {} });
  const [a, b] = door.cluster.engines;
  t.is(a?.builds.length, 0);
  const [built] = b?.builds ?? [];
  t.deepEqual(built?.context, archive);
  t.like(built?.request, {
    ...{ names: ['shop/web:2', 'shop/web:latest'], target: 'run', dockerfile: 'Dockerfile', network: 'none' },
    ...{ args: { TAG: '2=3' }, labels: { a: 'b' }, isUncached: true },
  });
});

test('a build that fails is told in the last line, and an engine that cannot be reached as well', async (t) => {
  const door = await openDoor(t, { engines: 1 });
  const archive = await tree({ Dockerfile: 'FROM nowhere\n' });
  door.cluster.engines[0]?.fail('buildImage', 'build_failed', { times: 1 });
  t.like((await build(door, 'name=web:1', archive)).last, { error: { code: 'build_failed' } });
  door.cluster.engines[0]?.fail('buildImage', 'engine_unreachable', { times: 1 });
  t.like((await build(door, 'name=web:1', archive)).last, { error: { code: 'engine_unreachable' } });
  t.like((await build(door, 'name=web:1', archive)).last, { engine: 'a' });
});

/** Three engines, each of which has web:2 once it was built, and can be given it. */
async function openEngines(t: ExecutionContext): Promise<Door> {
  const door = await openDoor(t, { engines: 3 });
  const image = await archiveOf(imageEntries('web:2', ['a'.repeat(10)]));
  for (const engine of door.cluster.engines) {
    engine.loadable.add('web:2');
    engine.openImageArchive = async () =>
      (async function* () {
        yield image;
      })();
  }
  return door;
}

const dockerfile = { Dockerfile: 'FROM demo/busybox:1\n' };

test('an image is copied to so many other engines', async (t) => {
  const door = await openEngines(t);
  const { last } = await build(door, 'name=web:2&copies=1', await tree(dockerfile));
  const copies = Object.entries(last.engines as Record<string, { ok: boolean }>);
  t.is(copies.length, 1);
  t.true(copies[0]?.[1].ok);
  t.not(copies[0]?.[0], last.engine);
});

test('copies are where the image may run, and nowhere else', async (t) => {
  const door = await openEngines(t);
  const { last } = await build(door, 'name=web:2&copies=2&constraint=engine!%3Db', await tree(dockerfile));
  t.deepEqual([last.engine, ...Object.keys(last.engines)].sort(), ['a', 'c']);
});

test('an archive without a Dockerfile is built by a builder, whose words no shell reads', async (t) => {
  const door = await openDoor(t, { engines: 1 });
  const [engine] = door.cluster.engines;
  if (!engine) return t.fail();
  for (const name of ['flynn/slugbuilder', 'flynn/slugrunner']) engine.images.add(`${name}:latest`);
  const inspect = engine.inspectImage.bind(engine);
  engine.inspectImage = async (name) => ({
    ...(await inspect(name)),
    Config: name === 'flynn/slugbuilder' ? { Entrypoint: ['/build', '$(id)'] } : { Cmd: ['/init'] },
  });
  const builder = 'name=web:1&builder=flynn/slugbuilder&runner=flynn/slugrunner';
  const app = await tree({ Procfile: 'web: ./run\n' });
  t.like((await build(door, builder, app)).last, { engine: 'a' });
  const files = await entriesOf([engine.builds[0]?.context ?? Buffer.alloc(0)]);
  t.deepEqual(files.get('app.tar'), app);
  const steps = String(files.get('Dockerfile')).split('\n');
  t.is(steps[0], 'FROM flynn/slugbuilder AS build');
  t.true(
    steps.includes('RUN ["/bin/sh","-c","\\"$@\\" - < /satsuma-app.tar > /satsuma-slug.tgz","build","/build","$(id)"]'),
  );
  t.true(steps.includes('ENTRYPOINT ["/bin/sh","-c","exec \\"$@\\" < /satsuma-slug.tgz","run","/init"]'));
  // One that has a Dockerfile is built by that.
  const own = await tree({ './Dockerfile': 'FROM demo/busybox:1\n' });
  await build(door, builder, own);
  t.deepEqual(engine.builds[1]?.context, own);
  t.like((await build(door, builder, Buffer.from('no archive'.repeat(100)))).last, { error: { code: 'invalid' } });
});

test('a build needs the right to create containers, and words that make sense', async (t) => {
  const door = await openDoor(t, { engines: 1 });
  const bad = async (query: string) => (await door.call('POST', `/apiv1/engine-images/build?${query}`)).status;
  t.is(await bad(''), 400);
  t.is(await bad('name=web@sha256:0'), 400);
  t.is(await bad('name=web:1&arg=TAG'), 400);
  t.is(await bad('name=web:1&network=host'), 400);
  t.is(await bad('name=web:1&builder=flynn/slugbuilder'), 400);
  t.is(door.cluster.engines[0]?.builds.length, 0);
});
