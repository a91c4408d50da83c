import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openTemplate } from '../../src/cli/deployment/open-template.ts';
import type { ImageConfig } from '../../src/model/image-config.ts';
import { openCalzion } from '../http/open-calzion.ts';
import { openDoor } from '../http/open-door.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { calls, command, templates } from './calzion-examples.ts';

/** A template as it is written, deployed on fake engines; nobody keeps its services. */
async function deployed(t: ExecutionContext, text: string, name: string, door?: Awaited<ReturnType<typeof openDoor>>) {
  const path = join(temporaryFolder(t), 'template.yaml');
  writeFileSync(path, text);
  const { services, globals, code } = await openTemplate(path, name);
  const { cluster, call } = door ?? (await openDoor(t, { engines: 1 }));
  t.is((await call('PUT', `/apiv1/deployment/${name}`)).status, 200);
  const { status, body } = await call('POST', `/apiv1/deployment/${name}/setup`, { services, globals });
  t.is(status, 200, JSON.stringify(body));
  t.notRegex(String(body), /"failed"|"error"/);
  const imageOf = (service: string): ImageConfig =>
    cluster.cache.services.get(`${name}-${service}`)?.value.spec.image ?? t.fail(`no ${service}: ${body}`);
  return { cluster, imageOf, code, lines: String(body) };
}

const portsOf = ({ bind_ports: ports = [] }: ImageConfig) => ports.map(({ container_port: port }) => port);

test('an application: services by their images, and one of code', async (t) => {
  t.is(command, './calzion deploy template.yaml myapp-staging');
  const { imageOf, code, lines } = await deployed(t, templates.application, 'myapp-staging');
  t.is(imageOf('redis').name, 'mycompany/redis');
  t.is(imageOf('postgres').name, 'mycompany/postgres');
  t.like(code, [{ key: 'my-webapp', service: 'my-webapp' }]);
  t.regex(lines, /"my-webapp","event":"held","text":"app code not available/);
});

test('create_deployment and set_service are separate, and their order is irrelevant', async (t) => {
  const found: unknown[] = [];
  for (const order of [calls, [...calls].reverse()]) {
    const { calzion, lines, cluster } = await openCalzion(t, { engines: 1 });
    t.deepEqual((await calzion('PUT', '/api/create', { deploy_id: 'myapp-staging' })).body, {
      job: 'Created deployment myapp-staging',
    });
    for (const [name] of calls) cluster.engines[0]?.images.add(`${name}:latest`);
    const asked: unknown[] = [];
    for (const [service, definition] of order) {
      const said = await lines('/api/setup', { deploy_id: 'myapp-staging', services: { [service]: definition } });
      t.false(
        said.some(({ error }) => error),
        JSON.stringify(said),
      );
      asked.push(...said.filter((line) => 'data-request' in line));
    }
    t.deepEqual(asked, [{ 'data-request': 'web', tag: 'git' }]);
    found.push(
      cluster.cache.services
        .all()
        .map(({ id, value }) => [id, value.spec.image])
        .sort(),
    );
  }
  t.is((found[0] as unknown[]).length, 2);
  t.deepEqual(found[0], found[1]);
});

test('ports that a service has chosen', async (t) => {
  const image = (await deployed(t, templates.fixedPorts, 'db')).imageOf('rethinkdb');
  t.is(image.name, 'elsdoerfer/rethinkdb');
  t.deepEqual(portsOf(image), [28015, 29015, 8080]);
  t.is(image.environment?.SD_DRIVER_NAME, 'db:rethinkdb:driver');
});

test('ports that a service is told, in short and in full', async (t) => {
  const short = (await deployed(t, templates.assignedPorts, 'db')).imageOf('rethinkdb');
  t.deepEqual(short.args, ['/bin/sh', '-c', 'rethinkdb --driver-port $PORT_DRIVER ...']);
  for (const [at, name] of ['DRIVER', 'CLUSTER', 'WEB'].entries())
    t.is(short.environment?.[`PORT_${name}`], String(short.bind_ports?.[at]?.port));
  t.deepEqual(
    portsOf(short),
    short.bind_ports?.map(({ port }) => port),
  );
  const { args: _, ...inShort } = short;
  t.deepEqual((await deployed(t, templates.assignedPortsInFull, 'db')).imageOf('rethinkdb'), inShort);
});

test('a service without ports has one, as PORT', async (t) => {
  const { environment, bind_ports: ports } = (await deployed(t, 'web:\n', 'shop')).imageOf('web');
  t.is(ports?.length, 1);
  t.is(environment?.PORT, String(ports?.[0]?.port));
});

test('a WAN port', async (t) => {
  const image = (await deployed(t, templates.wanPorts, 'edge')).imageOf('strowger');
  const [http, api, wan] = image.bind_ports ?? [];
  t.deepEqual(wan, { proto: 'tcp', port: 80, container_port: Number(http?.container_port) });
  t.is(image.environment?.PORT_API, String(api?.port));
});

test('domains of two deployments of one file', async (t) => {
  const at = { host: '10.0.0.5', port: 8090 };
  const door = await openDoor(t, { engines: 2, settings: { discovery: { dns: at, auth: at, domain: 'lab.test' } } });
  // What it calls app is a service of theirs.
  const text = `    app:\n        image: demo/busybox:1\n${templates.domains}`;
  for (const name of ['example', 'example-staging']) await deployed(t, text, name, door);
  const domains = door.cluster.cache.domains
    .all()
    .map(({ id, value }) => [id, value.deployment, value.rules[0]?.service]);
  t.deepEqual(domains.sort(), [
    ['example.org', 'example', 'example-app'],
    ['staging.example.org', 'example-staging', 'example-staging-app'],
  ]);
  t.deepEqual((await door.call('GET', '/apiv1/domain/staging.example.org')).body.data.users, ['internal']);
  t.is((await door.call('GET', '/apiv1/domain/example.org')).body.data.users, undefined);
});
