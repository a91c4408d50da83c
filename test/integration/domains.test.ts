import { request } from 'node:http';
import test from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

const withinMs = 60_000;
let lab: Lab;
let server: SatsumaServer;
let edge: string;
let dns: string;

test.before(async () => {
  lab = await startLab({ name: 'domains', engines: 3, image: true, attached: true });
  await lab.importCaddy();
  edge = new URL(lab.engines[0]?.addr ?? '').hostname;
  // This machine, as the engines of the lab reach it.
  dns = `${edge.replace(/\d+$/, '1')}:5353`;
  server = await startSatsuma(lab, lab.dir, { discovery: { dns, domain: 'lab.test' } });
  await registerAll(server, lab);
  for (const [n, label] of [
    [1, 'edge'],
    [2, 'app'],
    [3, 'app'],
  ] as const) {
    await server.call('PATCH', `engine/domains-${n}`, { labels: [...(lab.engines[n - 1]?.labels ?? []), label] });
  }
});

test.after.always(async () => {
  await server?.end();
  await lab?.down();
});

interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

function get(host: string, path = '/'): Promise<Page> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: edge, port: 80, path, headers: { host }, timeout: 20_000 }, (response) => {
      let body = '';
      response.on('data', (text) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.on('error', reject);
    asked.on('timeout', () => asked.destroy(new Error(`${host}${path} did not answer`)));
    asked.end();
  });
}

/** A service whose replicas say on which engine they are. */
async function startWeb(name: string, replicas: number): Promise<void> {
  const script = `echo "${name} $(hostname)" > index.html; mkdir -p api; echo "${name} api" > api/index.html; trap "exit 0" TERM; httpd -f -p 8080 & wait`;
  const image = { name: 'demo/busybox:1', args: ['sh', '-c', script], bind_ports: [{ container_port: 8080 }] };
  const spread = { ...image, strategy: 'spread', labels: ['app'] };
  const { status, data } = await server.call('POST', 'service', { name, image: spread, replicas });
  if (status !== 201) throw new Error(JSON.stringify(data));
  await eventually(
    async () => (await server.call('GET', `service/${name}`)).data.status,
    ({ ready }) => ready === replicas,
    withinMs,
  );
}

const answersOf = async (host: string, count: number): Promise<Set<string>> =>
  new Set((await Promise.all(Array.from({ length: count }, () => get(host)))).map(({ body }) => body.trim()));

test.serial(
  'a router is ready when it serves what is asked for, and a domain leads to replicas on two engines',
  async (t) => {
    const up = await server.call('PUT', 'router', { labels: ['edge'] });
    t.is(up.status, 202, JSON.stringify(up.data));
    await startWeb('web', 2);
    const added = await server.call('POST', 'domain', { name: 'web.example.org', service: 'web', tls: 'off' });
    t.is(added.status, 201, JSON.stringify(added.data));
    t.deepEqual(
      added.data.rules.map(({ path, service, port, ready }: Record<string, unknown>) => ({
        path,
        service,
        port,
        ready,
      })),
      [{ path: '/', service: 'web', port: 8080, ready: 2 }],
    );
    const router = async () => (await server.call('GET', 'router')).data;
    const { routers } = await eventually(router, ({ routers: [first] }) => first?.state === 'ready', withinMs);
    t.like(routers, [{ engine: 'domains-1', state: 'ready' }], JSON.stringify(routers));
    const answers = await eventually(
      () => answersOf('web.example.org', 20),
      (all) => all.size === 2 && [...all].every((each) => each.startsWith('web ')),
      withinMs,
    );
    t.is(answers.size, 2, [...answers].join(' | '));
    t.is((await get('other.example.org')).status, 404);
  },
);
