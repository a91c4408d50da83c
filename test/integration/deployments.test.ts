import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import type { Service } from '../../src/api/service.ts';
import { typed } from '../cli/terminal.ts';
import { registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'satsuma-test-'));
const path = join(folder, 'template.yaml');
let lab: Lab;
let server: SatsumaServer;

test.before(async () => {
  lab = await startLab({ name: 'deploy', engines: 3, image: true, attached: true, liveRestore: false });
  server = await startSatsuma(lab, folder);
  await registerAll(server, lab);
  for (const name of ['mycompany/redis:latest', 'mycompany/postgres:latest']) await lab.importImage(name);
});

test.after.always(async () => {
  await server?.end();
  await lab?.down();
  rmSync(folder, { recursive: true });
});

const type = (words: string) => typed(words, `http://${server.address}`);
const serviceOf = async (name: string): Promise<Service> => (await server.call('GET', `service/${name}`)).data;

/** The seed's template, with commands: the images of the lab have none. */
const application = `
    mycompany/redis:
        cmd: mkdir -p /www && echo redis of $DEPLOY_ID > /www/index.html && exec httpd -f -p $PORT -h /www
    mycompany/postgres:
        volumes: {data: /data}
        init: test ! -e /data/index.html && sleep 1 && echo database of $DEPLOY_ID > /data/index.html
        ports: {sql: 5432}
        cmd: exec httpd -f -p 5432 -h /data
    my-webapp:
        image: demo/busybox:1
        links: {redis: cache, postgres: database}
        env: {WHERE: "{HOST}:{PORT}"}
        cmd: mkdir -p /www && env > /www/index.html && exec httpd -f -p {PORT} -h /www
`;

async function pageOf(name: string): Promise<string> {
  const service = await serviceOf(name);
  const [address] = service.status.replicas[0]?.addresses ?? [];
  return await (await fetch(`http://${address?.host}:${address?.port}/`)).text();
}

test.serial('one template is deployed as staging and as production, beside each other', async (t) => {
  writeFileSync(path, application);
  for (const name of ['myapp-staging', 'myapp-production']) {
    const { code, out, err } = await type(`deploy ${path} ${name}`);
    t.is(code, 0, out + err);
    t.regex(out, /postgres: is initialised by job myapp-[a-z]+-postgres-init/);
    t.is(await pageOf(`${name}-redis`), `redis of ${name}\n`);
    t.is(await pageOf(`${name}-postgres`), `database of ${name}\n`);
    const told = await pageOf(`${name}-my-webapp`);
    const { replicas } = (await serviceOf(`${name}-my-webapp`)).status;
    const [address] = replicas[0]?.addresses ?? [];
    t.true(told.includes(`WHERE=${address?.host}:${address?.port}\n`), told);
    t.true(told.includes(`SD_NAME=${name}:my-webapp\n`), told);
    const [cache] = (await serviceOf(`${name}-redis`)).status.replicas[0]?.addresses ?? [];
    t.true(told.includes(`CACHE_SERVICE_HOST=${cache?.host}\n`), told);
    t.true(told.includes(`CACHE_SERVICE_PORT=${cache?.port}\n`), told);
  }
});

test.serial('what is unchanged is left alone, and a database is initialised once', async (t) => {
  const idsOf = async () =>
    (await server.call('GET', 'containers')).data.map(({ id }: { readonly id: string }) => id).sort();
  const before = await idsOf();
  const again = await type(`deploy ${path} myapp-staging`);
  t.regex(again.out, /nothing to do\n$/);
  t.deepEqual(await idsOf(), before);

  writeFileSync(path, application.replace('{sql: 5432}', '{sql: 5432, admin: 5433}'));
  const changed = await type(`deploy ${path} myapp-staging`);
  t.is(changed.code, 0, changed.err);
  t.regex(changed.out, /~ service myapp-staging-postgres: image/);
  t.notRegex(changed.out, /initialised/);
  t.is(await pageOf('myapp-staging-postgres'), 'database of myapp-staging\n');
  const { data } = await server.call('GET', 'job/myapp-staging-postgres-init/runs');
  t.is(data.length, 1);
});

test.serial('a deployment goes with all that it has, and the other one stays', async (t) => {
  const { code, err } = await type('deployment rm --volumes myapp-staging');
  t.is(code, 0, err);
  t.is(await pageOf('myapp-production-redis'), 'redis of myapp-production\n');
  const left = (await server.call('GET', 'containers?all=true')).data as readonly { readonly name: string }[];
  t.deepEqual(
    left.filter(({ name }) => name.includes('staging')),
    [],
  );
  const volumes = (await server.call('GET', 'volumes')).data as readonly { readonly name: string }[];
  t.deepEqual(
    volumes.map(({ name }) => name),
    ['myapp-production_postgres-data'],
  );
});
