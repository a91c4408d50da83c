import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import type { Container } from '../../src/api/container.ts';
import type { Service } from '../../src/api/service.ts';
import { typed } from '../cli/terminal.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'satsuma-test-'));
const path = join(folder, 'template.yaml');
let lab: Lab;
let server: SatsumaServer;

test.before(async () => {
  lab = await startLab({ name: 'deploy', engines: 3, image: true, attached: true, liveRestore: false });
  // One of a user: ports for the machine of the engine alone.
  const plugin = `export default {
    kind: 'lan', name: 'loopback_lan', description: 'a third one',
    describe: ({ ports }) => ({
      bindPorts: ports.map(({ number: container_port, assigned: port }) => ({ proto: 'tcp', host_ip: '127.0.0.1', port, container_port })),
      networks: [], neededNetworks: [], userData: {},
      addresses: ports.map(({ assigned: port }) => ({ host: '127.0.0.1', port })),
    }),
  }`;
  writeFileSync(join(folder, 'lan.mjs'), plugin);
  server = await startSatsuma(lab, folder, { 'network-plugins': [join(folder, 'lan.mjs')] });
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

test.serial('a plug-in of a user, the WAN address of an engine, and a file of infrastructure', async (t) => {
  const engines = lab.engines.slice(0, 2);
  const addressOf = (addr: string) => new URL(addr.includes('://') ? addr : `https://${addr}`).hostname;
  for (const { id, addr } of engines)
    t.is((await type(`engine set ${id} --label wan=${addressOf(addr)} --label edge=yes`)).code, 0);
  const web = `web:
    image: demo/busybox:1
    ports: http
    cmd: mkdir -p /www && echo $HOST of $DEPLOY_ID > /www/index.html && exec httpd -f -p {PORT_HTTP} -h /www
    wan_map: {":8088": http}
`;
  writeFileSync(path, web);
  const placing = join(folder, 'infrastructure.yaml');
  writeFileSync(placing, 'web: {replicas: 2, constraints: [edge==yes], memory: 64m}\n');
  const line = `deploy --lan loopback_lan --infrastructure ${placing} ${path} edge`;
  const { code, out, err } = await type(line);
  t.is(code, 0, out + err);
  const all = (await server.call('GET', 'containers')).data as readonly Container[];
  const containers = all.filter(({ name }) => name.includes('edge-web'));
  t.deepEqual(containers.map(({ engine }) => engine.id).sort(), engines.map(({ id }) => id).sort());
  for (const { engine, ports, image } of containers) {
    const wan = addressOf(engine.addr);
    t.deepEqual(ports.map(({ host_ip }) => host_ip).sort(), ['127.0.0.1', wan].sort());
    t.is(image.memory, 64);
    const page = async () => await (await fetch(`http://${wan}:8088/`)).text().catch(() => '');
    t.is(
      await eventually(
        () => page().catch(() => ''),
        (text) => text !== '',
        20_000,
      ),
      '127.0.0.1 of edge\n',
    );
  }
  t.regex((await type(line)).out, /nothing to do\n$/);
  writeFileSync(placing, 'wbe: {replicas: 3}\n');
  t.regex((await type(line)).err, /infrastructure\.yaml:1: wbe: is no service of the template/);
  t.is((await serviceOf('edge-web')).replicas, 2);
});
