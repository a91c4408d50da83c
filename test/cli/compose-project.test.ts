// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Compose files are written so.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Role } from '../../src/model/access.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { type TerminalOptions, terminal } from './terminal.ts';

const common = 'image: "demo/busybox:1", network_mode: bridge, restart: always, deploy: {update_config: {monitor: 0s}}';
const web = `services:\n  web: {${common}}\n`;

async function folder(t: ExecutionContext, files: Readonly<Record<string, string>>, options: TerminalOptions = {}) {
  const started = await terminal(t, { isKept: true, ...options });
  const path = temporaryFolder(t);
  const write = (name: string, text: string) => writeFileSync(join(path, name), text);
  for (const [name, text] of Object.entries(files)) write(name, text);
  const compose = (words: string) => started.type(`compose -f ${join(path, 'compose.yaml')} ${words}`);
  const role = async (name: string, value: Role) => {
    await started.cluster.store.write([
      { kind: 'role', id: name, value: { ...value, createdAt: new Date().toISOString() } },
    ]);
    await started.cluster.cache.catchUp();
  };
  return { ...started, path, write, compose, role };
}

test('.env names the project and its profiles, and the name is a variable in the files', async (t) => {
  const text = `${web}    \n  extra: {${common}, profiles: [more], environment: {P: "\${COMPOSE_PROJECT_NAME}"}}\n`;
  const env = 'COMPOSE_PROJECT_NAME=shop\nCOMPOSE_PROFILES=more\n';
  const { compose } = await folder(t, { 'compose.yaml': text, '.env': env });
  const { out } = await compose('config --json');
  t.like(JSON.parse(out), { name: 'shop', services: { extra: { environment: { P: 'shop' } } } });
  t.is(JSON.parse((await compose('-p other config --json')).out).services.extra.environment.P, 'other');
});

test('the name in a file is the variable too', async (t) => {
  const text = `name: "\${N:-inside}"\nservices:\n  web: {${common}, environment: {P: "\${COMPOSE_PROJECT_NAME}"}}\n`;
  const { compose } = await folder(t, { 'compose.yaml': text });
  t.like(JSON.parse((await compose('config --json')).out), {
    name: 'inside',
    services: { web: { environment: { P: 'inside' } } },
  });
});

test('down with a name goes on where the file is broken, and says so', async (t) => {
  const { compose, write, cluster } = await folder(t, { 'compose.yaml': web });
  t.is((await compose('-p shop up')).code, 0);
  write('compose.yaml', 'services: [');
  const { code, out, err } = await compose('-p shop down');
  t.is(code, 0, err);
  t.regex(err, /^Warning: everything is removed at once, because the order is not known: .*is not YAML/);
  t.is(out, 'service shop-web: removed\n');
  t.deepEqual(await cluster.store.list('service'), []);
  t.is((await compose('down')).code, 2);
});

test('config writes a "$" that is meant as it is so that it can be read again', async (t) => {
  const text = `services:\n  web: {${common}, command: ["echo", "$$HOME"]}\nnetworks: {n: {driver: bridge}}\n`;
  const { compose, write } = await folder(t, { 'compose.yaml': text });
  const first = await compose('-p shop config');
  t.is(first.code, 0, first.err);
  write('compose.yaml', first.out);
  t.is((await compose('-p shop config')).out, first.out);
  t.regex(first.out, /\$\$HOME/);
});

test('what is in no file goes first, and what is new begins when it is gone', async (t) => {
  const { compose, write, cluster } = await folder(t, { 'compose.yaml': web.replace('web:', 'old:') });
  t.is((await compose('-p shop up')).code, 0);
  write('compose.yaml', web);
  const { code, out, err } = await compose('-p shop up --remove-orphans');
  t.is(code, 0, err);
  t.true(out.indexOf('service shop-old: being removed') < out.indexOf('service shop-web: created'), out);
  t.deepEqual(
    (await cluster.store.list('service')).map(({ id }) => id),
    ['shop-web'],
  );
});

test('a job that goes on is waited for no longer than was asked', async (t) => {
  const text = `services:\n  init: {image: "demo/busybox:1", network_mode: bridge, deploy: {mode: replicated-job}}\n`;
  const { compose } = await folder(t, { 'compose.yaml': text });
  const { code, err } = await compose('-p shop up --timeout 1');
  t.is(code, 1);
  t.regex(err, /not done after 1 seconds: run 1 of job shop-init continues/);
});

test('a service of which no restart is said is told of once, when it is made', async (t) => {
  const { compose } = await folder(t, { 'compose.yaml': web.replace(' restart: always,', '') });
  t.regex(
    (await compose('-p shop diff')).err,
    /^Warning: web: no restart policy is set, so containers that end are started again/,
  );
  t.is((await compose('-p shop up')).code, 0);
  t.is((await compose('-p shop up')).err, '');
});

test('whoever is narrowed to a project runs files without networks, and without a right to plan is told later', async (t) => {
  const gate = { name: 'ci', role: 'narrow' };
  const { compose, cluster, role } = await folder(t, { 'compose.yaml': web }, { gate });
  const now = new Date().toISOString();
  await cluster.store.write([{ kind: 'project', id: 'team', value: { quota: {}, createdAt: now, updatedAt: now } }]);
  const rules = [
    { verbs: ['read', 'create', 'update', 'remove', 'logs'], nouns: ['service', 'job', 'secret', 'container'] },
  ] as const;
  await role('narrow', { rules, scope: { projects: ['team'] } });
  const { code, err } = await compose('-p shop up --project team');
  t.is(code, 0, err);
  t.regex(err, /^Warning: the files cannot be checked in advance: the role narrow may not plan container/);
  t.deepEqual(await compose('-p shop up --project team'), {
    code: 0,
    out: '= unchanged: shop-web\nshop: nothing to do\n',
    err: '',
  });
  t.is((await compose('-p shop down')).code, 0);
});

test('a service of the name that another project has is found by its name', async (t) => {
  const { compose, type } = await folder(t, { 'compose.yaml': web });
  await type('service create shop-web -d demo/busybox:1');
  const { code, err } = await compose('-p shop up');
  t.is(code, 4);
  t.regex(err, /service shop-web is there, and not of the project shop/);
});
