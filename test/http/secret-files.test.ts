import test, { type ExecutionContext } from 'ava';
import tar from 'tar-stream';
import { openDoor } from './open-door.ts';

const image = {
  name: 'demo/busybox:1',
  type: 'label',
  container_name: 'web',
  secrets: [{ name: 'site', target: '/etc/web/site.conf', mode: '0640', uid: 5 }],
};

async function open(t: ExecutionContext) {
  const door = await openDoor(t, { engines: 1 });
  t.is((await door.call('POST', '/apiv1/secret', { name: 'site', value: 'listen 80' })).status, 201);
  const [engine] = door.cluster.engines;
  if (!engine) throw new Error('no engine');
  return { ...door, engine };
}

/** The headers of what was unpacked in the root folder of the container. */
async function unpacked(bytes: Buffer): Promise<object[]> {
  const extract = tar.extract();
  extract.end(bytes);
  const entries: object[] = [];
  for await (const entry of extract) {
    const { name, mode, uid, gid } = entry.header;
    let text = '';
    for await (const chunk of entry) text += String(chunk);
    entries.push({ name, mode, uid, gid, text });
  }
  return entries;
}

test('a secret with an absolute target is a file of the container itself, written before it starts', async (t) => {
  const { call, engine } = await open(t);
  const { status, body } = await call('POST', '/apiv1/container', image);
  t.is(status, 201, JSON.stringify(body));
  t.deepEqual(await unpacked(engine.archives.get('web:/') ?? Buffer.alloc(0)), [
    { name: 'etc/web/site.conf', mode: 0o640, uid: 5, gid: 0, text: 'listen 80' },
  ]);
  const calls = engine.calls.map((each) => each.split(' ')[0] ?? '');
  t.true(calls.indexOf('putArchive') < calls.indexOf('startContainer'), calls.join(' '));
  t.is(calls.filter((each) => each === 'createContainer').length, 1, 'no folder in memory is filled');
});

test('it is written again at each start, beside those in memory', async (t) => {
  const { call, engine } = await open(t);
  await call('POST', '/apiv1/secret', { name: 'key', value: 'hush' });
  const both = { ...image, secrets: [...image.secrets, { name: 'key' }] };
  const { id } = (await call('POST', '/apiv1/container', both)).body.data;
  t.false((engine.archives.get('web:/') ?? Buffer.from('hush')).includes('hush'));
  engine.archives.clear();
  t.is((await call('POST', '/apiv1/container/web/restart')).status, 200);
  t.true(engine.archives.get('web:/')?.includes('listen 80'));
  t.true(engine.secrets.get(id)?.includes('hush'));
  t.false(engine.secrets.get(id)?.includes('listen 80'));
});

test('a restart policy of the engine is fine: the file is on its disk', async (t) => {
  const { call } = await open(t);
  t.is((await call('POST', '/apiv1/container', { ...image, restart_policy: { name: 'always' } })).status, 201);
});

test('a file that would go into a volume, a read-only or a system folder, or out of its folder, is refused', async (t) => {
  const { call, engine } = await open(t);
  for (const more of [
    { read_only: true },
    { volumes: ['data:/etc/web'] },
    { volumes: ['/srv/site.conf:/etc/web/site.conf:ro'] },
    { mounts: [{ type: 'volume', source: 'data', target: '/etc/' }] },
    { tmpfs: { '/etc': '' } },
    ...[
      ...['/', '/etc/', '/etc//x', '/etc/../x', '/./x', '/..', '/a\nb', '/a\u0000b', `/${'x'.repeat(1100)}`],
      ...['/run/secrets/x', '/proc/x', '/sys/x', '/dev/x', '/dev', 'etc/x', './x'],
    ].map((target) => ({ secrets: [{ name: 'site', target }] })),
  ]) {
    const { status, body } = await call('POST', '/apiv1/container', { ...image, ...more });
    t.is(status, 400, JSON.stringify(more));
    t.regex(JSON.stringify(body), /secrets/);
  }
  t.is(engine.containers.size, 0);
  for (const [at, target] of ['/etc/..web', '/site', '/device/a b'].entries()) {
    const other = { ...image, container_name: `other-${at}`, secrets: [{ name: 'site', target }] };
    t.is((await call('POST', '/apiv1/container', other)).status, 201, target);
  }
});
