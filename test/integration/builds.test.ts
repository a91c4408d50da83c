import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import type { Service } from '../../src/api/service.ts';
import { typed } from '../cli/terminal.ts';
import { command, templates } from '../template/calzion-examples.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'satsuma-test-'));
const [app, tools, site] = ['app', 'tools', 'site'].map((name) => join(folder, name)) as [string, string, string];
let lab: Lab;
let server: SatsumaServer;
let calzion: string;

test.before(async () => {
  for (const each of [app, tools, site]) mkdirSync(each);
  lab = await startLab({ name: 'builds', engines: 3, image: true, attached: true, liveRestore: false });
  server = await startSatsuma(lab, folder, { doors: { calzion: { 'listen-addr': '127.0.0.1:0' } } });
  const listening = (await server.log()).find(({ msg }) => msg === 'listening');
  ({ calzion = '' } = Object(listening?.doors));
  await registerAll(server, lab);
});

test.after.always(async () => {
  await server?.end();
  await lab?.down();
  rmSync(folder, { recursive: true });
});

const type = (words: string) => typed(words, `http://${server.address}`);
const serviceOf = async (name: string): Promise<Service> => (await server.call('GET', `service/${name}`)).data;
const imageOf = async (name: string) => (await serviceOf(name)).image.name;

/** A container that runs does not listen yet. */
async function pagesOf(name: string): Promise<string[]> {
  const asked = async () => await readPages(name).catch(() => undefined);
  return (await eventually(asked, (pages) => pages !== undefined, 20_000)) ?? [];
}

async function readPages(name: string): Promise<string[]> {
  const { replicas } = (await serviceOf(name)).status;
  const addresses = replicas.flatMap(({ addresses: all }) => all?.slice(0, 1) ?? []);
  return await Promise.all(addresses.map(async ({ host, port }) => (await fetch(`http://${host}:${port}/`)).text()));
}

function commit(files: Readonly<Record<string, string>>, within = app): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(within, name), text);
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', within, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
      stdio: 'pipe',
    });
  git('init', '-q');
  git('add', '-A');
  git('commit', '-q', '-m', 'a change');
}

test.serial('a folder is built on one engine, and copied to others', async (t) => {
  writeFileSync(
    join(tools, 'builder'),
    '#!/bin/sh\nmkdir /app && cd /app && tar x && test ! -e fail && echo packed >&2 && tar cz .\n',
  );
  writeFileSync(join(tools, 'runner'), '#!/bin/sh\nmkdir /app && cd /app && tar xz && exec sh "$2"\n');
  for (const name of ['builder', 'runner']) {
    chmodSync(join(tools, name), 0o755);
    writeFileSync(join(tools, 'Dockerfile'), `FROM demo/busybox:1\nCOPY ${name} /${name}\nENTRYPOINT ["/${name}"]\n`);
    const { code, out, err } = await type(`build -t demo/${name}:1 --copies 2 ${tools}`);
    t.is(code, 0, out + err);
    t.regex(err, /Step 1\/3 : FROM demo\/busybox:1/);
    t.regex(out, /^sha256:[0-9a-f]{64}\n$/);
  }
  const { data } = await server.call('GET', 'engine-images?name=demo/builder:1');
  t.is(data[0].engines.length, 3);
  const failed = await type(`build -t demo/builder:1 --build-arg A=1 -f ${join(tools, 'runner')} ${tools}`);
  t.not(failed.code, 0);
  t.is((await server.call('GET', 'engine-images?name=demo/builder:1')).data[0].id, data[0].id);
});

test.serial(
  'git: what is committed is built, rolled out and rolled back, and a build that fails leaves what runs',
  async (t) => {
    const template = join(folder, 'app.yaml');
    writeFileSync(template, 'web:\n  git: app\n  builder: demo/builder:1\n  runner: demo/runner:1\n  ports: http\n');
    const page = (text: string) => ({
      web: `mkdir -p /www && echo ${text} of $DEPLOY_ID > /www/index.html && exec httpd -f -p $PORT_HTTP -h /www\n`,
    });
    const noRepository = await type(`deploy ${template} shop`);
    t.regex(noRepository.err, /is no git repository with a commit/);
    commit(page('one'));
    const first = await type(`deploy ${template} shop`);
    t.is(first.code, 0, first.out + first.err);
    t.regex(first.err, /packed/);
    t.deepEqual(await pagesOf('shop-web'), ['one of shop\n']);
    t.regex(await imageOf('shop-web'), /^builds\.satsuma\.invalid\/shop\/web:[0-9a-f]{32}$/);
    t.regex((await type(`deploy ${template} shop`)).out, /nothing to do\n$/);

    commit(page('two'));
    const second = await type(`deploy ${template} shop`);
    t.is(second.code, 0, second.out + second.err);
    t.deepEqual(await pagesOf('shop-web'), ['two of shop\n']);
    const image = await imageOf('shop-web');

    commit({ fail: '' });
    const third = await type(`deploy ${template} shop`);
    t.not(third.code, 0);
    t.is(await imageOf('shop-web'), image);
    t.deepEqual(await pagesOf('shop-web'), ['two of shop\n']);

    const [replica] = (await serviceOf('shop-web')).status.replicas;
    // By hand: Satsuma keeps an image that a service needs.
    for (const [index, { id }] of lab.engines.entries()) {
      if (id === replica?.engine) continue;
      const { status } = await lab.request(index + 1, { method: 'DELETE', path: `/images/${image}?force=1` });
      t.true([200, 404].includes(status));
    }
    const scaled = await type('service scale shop-web=2');
    t.is(scaled.code, 0, scaled.out + scaled.err);
    t.deepEqual(await pagesOf('shop-web'), Array(2).fill('two of shop\n'));
    t.is((await type('service rollback shop-web')).code, 0);
    t.deepEqual(new Set(await pagesOf('shop-web')), new Set(['one of shop\n']));
  },
);

test.serial(
  'calzion: its client is asked for code, uploads it, and `satsuma deploy` comes to the same build',
  async (t) => {
    rmSync(join(app, 'fail'));
    commit({ web: 'mkdir -p /www && echo mine > /www/index.html && exec httpd -f -p $PORT_HTTP -h /www\n' });
    const linesOf = async (path: string, init: RequestInit) => {
      const answer = await fetch(`${calzion}/api/${path}`, init);
      t.is(answer.status, 200);
      return (await answer.text())
        .trim()
        .split('\n')
        .map((each) => JSON.parse(each));
    };
    const post = (path: string, body: object) => linesOf(path, { method: 'POST', body: JSON.stringify(body) });
    await linesOf('create', { method: 'PUT', body: JSON.stringify({ deploy_id: 'mine' }) });
    const web = { git: 'app', builder: 'demo/builder:1', runner: 'demo/runner:1', ports: 'http' };
    const asked = await post('setup', { deploy_id: 'mine', services: { web } });
    t.deepEqual(asked.at(-1), { 'data-request': 'web', tag: 'git' });
    const form = new FormData();
    const tree = execFileSync('git', ['-C', app, 'archive', '--format=tar', 'HEAD']);
    for (const [name, text] of Object.entries({
      deploy_id: 'mine',
      service_name: 'web',
      data: '{"app":{"version":"1"}}',
    }))
      form.set(name, text);
    form.set('app', new Blob([tree]), 'app');
    const built = await linesOf('upload', { method: 'POST', body: form });
    t.true(
      built.some(({ log }) => log === 'packed'),
      JSON.stringify(built),
    );
    t.regex(built.at(-1).log, /^New instance id is [0-9a-f]{64}$/);
    const status = await eventually(
      async () => (await serviceOf('mine-web')).status,
      ({ ready }) => ready === 1,
      30_000,
    );
    t.is(status.ready, 1);
    t.deepEqual(await pagesOf('mine-web'), ['mine\n']);
    t.regex((await type(`deploy ${join(folder, 'app.yaml')} mine`)).out, /nothing to do\n$/);
  },
);

test.serial('calzion’s first example: its template and its command, word for word', async (t) => {
  const place = join(folder, 'first');
  mkdirSync(place);
  const dockerfile =
    'FROM demo/busybox:1\nCMD mkdir -p /www && echo $DEPLOY_ID > /www/index.html && exec httpd -f -p $PORT -h /www\n';
  writeFileSync(join(place, 'Dockerfile'), dockerfile);
  for (const name of ['redis', 'postgres']) {
    const { code, out, err } = await type(`build -q -t mycompany/${name}:latest --copies 2 ${place}`);
    t.is(code, 0, out + err);
  }
  writeFileSync(join(place, 'template.yaml'), templates.application);
  commit({}, place);
  symlinkSync(resolve('dist/src/main.js'), join(place, 'calzion'));
  const env = { ...process.env, SATSUMA_HOST: server.address };
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { cwd: place, env });
  t.regex(stdout, /service myapp-staging-my-webapp: created/);
  for (const name of ['redis', 'postgres', 'my-webapp'])
    t.deepEqual(await pagesOf(`myapp-staging-${name}`), ['myapp-staging\n']);
  const again = await promisify(execFile)('sh', ['-c', command], { cwd: place, env });
  t.regex(again.stdout, /nothing to do\n$/);
});

test.serial('Compose: build makes the image, anew where the folder was changed', async (t) => {
  const file = join(folder, 'compose.yaml');
  writeFileSync(
    file,
    'services:\n  page:\n    build: {context: site, args: {WHO: me}}\n    network_mode: bridge\n    restart: always\n    ports: ["80"]\n',
  );
  writeFileSync(
    join(site, 'Dockerfile'),
    'FROM demo/busybox:1\nARG WHO\nCOPY index.html /www/\nRUN echo $WHO >> /www/index.html\nCMD ["httpd","-f","-p","80","-h","/www"]\n',
  );
  for (const text of ['first\n', 'second\n']) {
    writeFileSync(join(site, 'index.html'), text);
    const { code, out, err } = await type(`compose up -f ${file} -p site`);
    t.is(code, 0, out + err);
    t.deepEqual(await pagesOf('site-page'), [`${text}me\n`]);
  }
  t.regex((await type(`compose up -f ${file} -p site`)).out, /nothing to do\n$/);
  writeFileSync(join(site, 'Dockerfile'), 'FROM demo/busybox:1\nRUN false\n');
  const failed = await type(`compose up -f ${file} -p site`);
  t.not(failed.code, 0);
  t.deepEqual(await pagesOf('site-page'), ['second\nme\n']);
});
