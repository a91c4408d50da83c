import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import anyTest, { type TestFn } from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

const test = anyTest as TestFn<{ lab: Lab; server: SatsumaServer; door: string }>;

/** As `http METHOD :7051/PATH ...` of the connector's documentation sends it: `number=3` is a text. */
async function http(door: string, method: string, path: string, body?: object) {
  const response = await fetch(`${door}${path}`, {
    method,
    headers: { accept: 'application/json, */*', 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, body: isJson ? JSON.parse(text) : text };
}

interface Listed {
  readonly Image: string;
  readonly Command: string;
  readonly Ports: readonly { readonly PrivatePort: number; readonly PublicPort?: number }[];
}

/** What `docker ps` would tell of an image, on all engines. */
async function dockerPs({ lab }: { readonly lab: Lab }, image: string): Promise<Listed[]> {
  const lists = await Promise.all(lab.engines.map((_, index) => lab.request(index + 1, { path: '/containers/json' })));
  return lists.flatMap(({ body }) => JSON.parse(body) as Listed[]).filter(({ Image }) => Image === image);
}

const connector = `connector:
  bind: 127.0.0.1
  port: 7051
  service_file: ./services.yml
docker:
  url: unix://var/run/docker.sock
`;
const services = `skynet_backend:
  name: skynet_backend
  image: skynet-backend:latest
  command: java -jar /tmp/backend.jar
  environment: { SERVICE_NAME: skynet_backend, SERVICE_8081_IGNORE: 1 }
  ports: ['8080']
`;

test.before(async (t) => {
  const lab = await startLab({ name: 'genisys', engines: 2, attached: true });
  for (const name of ['tutum/hello-world:latest', 'panamax/hello-world-php:latest']) await lab.importImage(name);
  await writeFile(join(lab.dir, 'genisys-connector.yml'), connector);
  await writeFile(join(lab.dir, 'services.yml'), services);
  // Another port than the connector's file says: somebody else may have that one.
  const genisys = { 'connector-file': 'genisys-connector.yml', 'listen-addr': '127.0.0.1:0' };
  const server = await startSatsuma(lab, lab.dir, { doors: { genisys } });
  const listening = (await server.log()).find(({ msg }) => msg === 'listening') as { doors: { genisys: string } };
  t.context = { lab, server, door: listening.doors.genisys };
  await registerAll(server, lab);
});

test.after.always(async (t) => {
  await t.context.server?.end();
  await t.context.lab?.down();
});

test.serial('the connector’s examples, with containers that run', async (t) => {
  const { door, server } = t.context;
  const environment = { VAR_A: 'value', VAR_B: 'value' };
  const helloworld = { image: 'tutum/hello-world:latest', ports: ['8080', '8081'], environment };
  t.is((await http(door, 'POST', '/service', { name: 'helloworld', ...helloworld })).status, 200);
  t.deepEqual((await http(door, 'GET', '/service')).body, {
    helloworld: { name: 'helloworld', ...helloworld, command: null },
    skynet_backend: {
      ...{ name: 'skynet_backend', image: 'skynet-backend:latest', command: 'java -jar /tmp/backend.jar' },
      ...{ environment: { SERVICE_NAME: 'skynet_backend', SERVICE_8081_IGNORE: '1' }, ports: ['8080'] },
    },
  });

  // What Genisys has no words for comes by the other door; here it saves time.
  t.is((await server.call('PUT', 'service/helloworld', { shutdown_delay: 0, update: { monitor: 0 } })).status, 200);
  t.is((await http(door, 'POST', '/service/helloworld/scale', { number: '3' })).status, 200);
  t.deepEqual((await http(door, 'GET', '/service/helloworld/status')).body, { running_resources: 3 });
  const running = await dockerPs(t.context, helloworld.image);
  t.is(running.length, 3);
  for (const { Ports } of running) {
    const published = new Set(Ports.map(({ PrivatePort }) => PrivatePort));
    // The image exposes 80.
    t.deepEqual(
      [...published].sort((a, b) => a - b),
      [80, 8080, 8081],
    );
    t.true(Ports.every(({ PublicPort = 0 }) => PublicPort > 0));
  }
  t.is((await server.call('GET', 'service/helloworld')).data.status.ready, 3, 'it is a service like any other');

  t.is((await http(door, 'POST', '/service/helloworld/scale', { number: 1 })).status, 200);
  t.deepEqual((await http(door, 'GET', '/service/helloworld/status')).body, { running_resources: 1 });
  t.is((await dockerPs(t.context, helloworld.image)).length, 1);

  const changed = { image: 'panamax/hello-world-php:latest', ports: ['8080', '8082'], environment };
  const command = `sh -c 'trap "exit 0" TERM; httpd -f -p 8080 & wait'`;
  t.is((await http(door, 'PUT', '/service/helloworld', { ...changed, command })).status, 200);
  t.deepEqual((await http(door, 'GET', '/service/helloworld')).body, { name: 'helloworld', ...changed, command });
  const isExchanged = async () =>
    (await dockerPs(t.context, helloworld.image)).length === 0 && (await dockerPs(t.context, changed.image)).length;
  t.is(await eventually(isExchanged, (count) => count === 1, 30_000), 1);
  t.regex((await dockerPs(t.context, changed.image))[0]?.Command ?? '', /^sh -c 'trap "exit 0" TERM; httpd/);

  t.is((await http(door, 'POST', '/service/helloworld/scale', { number: '0' })).status, 200);
  t.deepEqual(await dockerPs(t.context, changed.image), []);
});

test.serial('why not, in words', async (t) => {
  const { door } = t.context;
  const unknown = await http(door, 'POST', '/service/nobody/scale', { number: 1 });
  t.deepEqual([unknown.status, unknown.body], [501, 'Undefined service: nobody.\n']);
  const missing = await http(door, 'POST', '/service/skynet_backend/scale', { number: 1 });
  t.is(missing.status, 503);
  t.regex(missing.body, /^0 of 1 replicas of service skynet_backend are ready.*skynet-backend:latest/);
  t.deepEqual((await http(door, 'GET', '/service/skynet_backend/status')).body, { running_resources: 0 });
});
