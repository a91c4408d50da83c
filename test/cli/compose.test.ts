import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { temporaryFolder } from '../temporary-folder.ts';
import { cells, type TerminalOptions, terminal } from './terminal.ts';

const update = 'update_config: {monitor: 0s}';

const file = (level = 'info') => `
services:
  web:
    image: demo/busybox:1
    ports: ["80"]
    environment: {LEVEL: ${level}}
    network_mode: bridge
    deploy: {replicas: 2, ${update}}
`;

async function project(t: ExecutionContext, text = file(), gate: TerminalOptions['gate'] = 'open') {
  const started = await terminal(t, { isKept: true, gate });
  const path = join(temporaryFolder(t), 'compose.yaml');
  const write = (changed: string) => writeFileSync(path, changed);
  write(text);
  return { ...started, path, write, compose: (words: string) => started.type(`compose -f ${path} -p shop ${words}`) };
}

test('up makes what the file wants, does nothing the second time, and down removes it', async (t) => {
  const { compose, cluster, write, type } = await project(t);
  const first = await compose('up');
  t.is(first.code, 0, first.err);
  t.true(first.out.startsWith('+ service shop-web\nservice shop-web: created\n'), first.out);
  t.deepEqual(
    cells((await compose('ps')).out).map((row) => row.slice(0, 3)),
    [
      ['NAME', 'SERVICE', 'STATE'],
      ['shop-web.1', 'web', 'ready'],
      ['shop-web.2', 'web', 'ready'],
    ],
  );
  const [before] = JSON.parse(
    (await type('service inspect shop-web')).out.replace(/^\{/, '[{').replace(/\}\s*$/, '}]'),
  );
  t.like(before.image.container_labels, { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' });

  const second = await compose('up');
  t.deepEqual(second, { code: 0, out: '= unchanged: shop-web\nshop: nothing to do\n', err: '' });
  t.is((await cluster.store.read('service', 'shop-web'))?.value.generation, 1);

  write(file('debug'));
  const diff = await compose('diff');
  t.is(diff.out, '~ service shop-web: image.environment.LEVEL\n');
  t.is((await cluster.store.read('service', 'shop-web'))?.value.generation, 1);
  const third = await compose('up -d');
  t.is(third.out, '~ service shop-web: image.environment.LEVEL\nservice shop-web: changed\n');
  t.is((await cluster.store.read('service', 'shop-web'))?.value.generation, 2);

  const down = await compose('down');
  t.deepEqual(down, { code: 0, out: 'service shop-web: removed\n', err: '' });
  t.is((await compose('down')).out, 'shop: nothing is there\n');
});

const withJob = (level: string) => `${file(level)}
  init:
    image: demo/busybox:1
    environment: {LEVEL: ${level}}
    network_mode: bridge
    deploy: {mode: replicated-job}
`;

test('a role that sees no values has the server compare them: what is alike is not written, and no job runs again', async (t) => {
  const role = { name: 'ci', role: 'blind' };
  const { compose, cluster, write } = await project(t, withJob('info'), role);
  const verbs = ['read', 'plan', 'create', 'update'] as const;
  const value = { rules: [{ verbs, nouns: ['*'] as const }], createdAt: new Date().toISOString() };
  await cluster.store.write([{ kind: 'role', id: 'blind', value }]);
  await cluster.cache.catchUp();
  const first = await compose('up -d');
  t.is(first.code, 0, first.err);
  const versions = async () => [
    (await cluster.store.read('service', 'shop-web'))?.value.generation,
    (await cluster.store.read('job', 'shop-init'))?.value.runs,
  ];
  t.deepEqual(await versions(), [1, 1]);
  const again = await compose('up -d');
  t.is(again.code, 0, again.err);
  t.regex(again.out, /^\? job shop-init: image\.environment\.LEVEL hidden from you, which the server compares\n/);
  t.regex(again.out, /service shop-web: unchanged\n/);
  t.regex(again.out, /job shop-init: unchanged\n/);
  t.deepEqual(await versions(), [1, 1]);
  write(withJob('debug'));
  t.regex((await compose('up -d')).out, /service shop-web: changed\n/);
  t.is((await versions())[0], 2);
});

const two = (constraint: string) => `
services:
  web: {image: "demo/busybox:1", network_mode: bridge, depends_on: {db: {condition: service_healthy}}, deploy: {${update}}}
  db: {image: "demo/busybox:1", network_mode: bridge, deploy: {${update}, placement: {constraints: ["node.hostname!=${constraint}"]}}}
`;

test('what waits for something in vain is not made, and is when the next up finds it as it should be', async (t) => {
  const { compose, cluster, write } = await project(
    t,
    two('no').replace('["node.hostname!=no"]', '["node.hostname==c"]'),
  );
  const late = await compose('up --timeout 1');
  t.is(late.code, 1);
  t.regex(
    late.out,
    /shop-web: waits until shop-db is healthy\nshop-web: is unchanged, because it depends on shop-db\n/,
  );
  t.regex(
    late.err,
    /not done after 1 seconds: shop-db is not healthy yet, and shop-web depends on it; run "satsuma compose up" again to continue/,
  );
  t.is(await cluster.store.read('service', 'shop-web'), undefined);
  t.not(await cluster.store.read('service', 'shop-db'), undefined);
  write(two('c'));
  const again = await compose('up');
  t.is(again.code, 0, again.err);
  t.true(again.out.startsWith('+ service shop-web\n~ service shop-db: image.constraints\n'), again.out);
});

test('services that the file no longer has are told, and removed when asked', async (t) => {
  const { compose, write } = await project(t, `${file()}  old: {image: "demo/busybox:1", network_mode: bridge}\n`);
  await compose('up -d');
  write(file());
  const kept = await compose('up');
  t.true(
    kept.out.endsWith(
      '! service shop-old is of the project and not in the files: --remove-orphans removes it\nshop: nothing to do\n',
    ),
    kept.out,
  );
  const removed = await compose('up --remove-orphans');
  t.true(
    removed.out.endsWith('- service shop-old\n= unchanged: shop-web\nservice shop-old: being removed\n') ||
      removed.out.includes('service shop-old: being removed'),
    removed.out,
  );
});

test('what the server refuses is refused with its place before anything is written', async (t) => {
  const { compose, cluster, path } = await project(
    t,
    `${file()}  small: {image: "demo/busybox:1", network_mode: bridge, mem_limit: 1m}\n`,
  );
  const { code, err } = await compose('up');
  t.is(code, 2);
  t.is(
    err,
    `satsuma: ${path}:9: services.small: the server refuses it: "service.image.memory" must be greater than or equal to 6 MB\n`,
  );
  t.deepEqual(await cluster.store.list('service'), []);
});

test('a service of the name that belongs to nobody else is not taken over, and a broken file changes nothing', async (t) => {
  const { compose, type, cluster, write, path } = await project(t);
  await type('service create shop-web -d demo/busybox:1');
  const { code, err } = await compose('up');
  t.is(code, 4);
  t.is(
    err,
    'satsuma: service shop-web is there, and not of the project shop: remove it, or give the project another name\n',
  );
  t.is((await compose('down')).out, 'shop: nothing is there\n');
  write('services: {web: {image: x, imag: y}}');
  t.is(
    (await compose('up')).err,
    `satsuma: ${path}:1: services.web.imag: is no key of the Compose specification: did you mean image?\n`,
  );
  t.is((await cluster.store.list('service')).length, 1);
});

const withSecrets = `${file()}    secrets: [token, shared]
secrets:
  token: {environment: HOME}
  shared: {external: true, name: shop_shared}
`;

test('down removes the secrets that up made, and none of others', async (t) => {
  const { compose, type, cluster, write, path } = await project(t, withSecrets);
  for (const name of ['shop_shared', 'shop_other']) await type(`secret create --from-file ${path} ${name}`);
  t.is((await compose('up -d')).code, 0);
  const names = async () => (await cluster.store.list('secret')).map(({ id }) => id);
  t.deepEqual(await names(), ['shop_other', 'shop_shared', 'shop_token']);
  // It is in no file any more, and no service has it.
  write(file());
  t.is((await compose('up -d')).code, 0);
  const { code, out, err } = await type('compose down -p shop');
  t.is(code, 0, err);
  t.is(out, 'service shop-web: removed\nsecret shop_token: removed\n');
  t.deepEqual(await names(), ['shop_other', 'shop_shared']);
});

test('a secret that something else uses stays, and down says what has it', async (t) => {
  const { compose, type } = await project(t, `${file()}    secrets: [token]\nsecrets: {token: {environment: HOME}}\n`);
  const up = await compose('up -d');
  t.is(up.code, 0, up.err);
  const other = await type('service create other -d --secret shop_token demo/busybox:1');
  t.is(other.code, 0, other.err);
  const { code, out, err } = await type('compose down -p shop');
  t.is(code, 0, err);
  t.is(out, 'service shop-web: removed\n');
  t.regex(err, /^Warning: secret shop_token is in use by .*service other: it stays\n$/);
});

test('ps and down of a project need no file; config prints the files as one and asks no server', async (t) => {
  const { compose, type } = await project(t);
  await compose('up');
  t.is(JSON.parse((await type('compose ps -p shop -o json')).out).length, 2);
  t.is((await type('compose ps -p other -o json')).out, '[]\n');
  t.like(JSON.parse((await compose('config --json')).out), {
    name: 'shop',
    services: { web: { environment: { LEVEL: 'info' } } },
  });
  t.is((await compose('config --services')).out, 'web\n');
  t.deepEqual(JSON.parse((await type('compose down -p shop --json')).out), {
    project: 'shop',
    removed: [{ kind: 'service', name: 'shop-web' }],
  });
});

test('with --each, the engines that are meant have all of it, in networks of their own', async (t) => {
  const text = `services:\n  web: {image: "demo/busybox:1", deploy: {${update}}}\n  db: {image: "demo/busybox:1", deploy: {${update}}}\n`;
  const { compose, cluster, type } = await project(t, text);
  const [one, two] = cluster.engines.map(({ id }) => id);
  const first = await compose(`up --each --on engine!=${two}`);
  t.is(first.code, 0, first.err);
  t.true(first.out.includes(`network shop_default: created on ${one}\n`), first.out);
  const containers = () =>
    cluster.engines.map(({ containers: all, networks }) => [
      // One that is being replaced may be there as well.
      [...new Set([...all.values()].map(({ name }) => name?.replace(/\..*/, '')))].sort(),
      [...networks.values()].some(({ name }) => name === 'shop_default'),
    ]);
  t.deepEqual(containers(), [
    [['shop-db', 'shop-web'], true],
    [[], false],
  ]);
  t.regex((await compose(`up --each --on engine!=${two}`)).out, /shop: nothing to do/);
  // Another engine is meant as well.
  const second = await compose('up --each');
  t.is(second.code, 0, second.err);
  t.deepEqual(containers(), [
    [['shop-db', 'shop-web'], true],
    [['shop-db', 'shop-web'], true],
  ]);
  t.is((await compose('down')).code, 0);
  t.deepEqual(containers(), [
    [[], false],
    [[], false],
  ]);
  t.is((await type('network ls -q')).out.includes('shop_default'), false);
});
