import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { typed } from '../cli/terminal.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

const withinMs = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'satsuma-test-'));
const path = join(folder, 'compose.yaml');
let lab: Lab;
let server: SatsumaServer;

test.before(async () => {
  lab = await startLab({ name: 'compose', engines: 3, image: true, attached: true, liveRestore: false });
  server = await startSatsuma(lab, folder);
  await registerAll(server, lab);
});

test.after.always(async () => {
  await server?.end();
  await lab?.down();
  rmSync(folder, { recursive: true });
});

const compose = (words: string) => typed(`compose -f ${path} -p shop ${words}`, `http://${server.address}`);
const write = (text: string) => writeFileSync(path, text);

const one = (page: string) => `
services:
  web:
    image: demo/busybox:1
    stop_grace_period: 0s
    command: httpd -f -p 8080 -h /srv/www
    ports: ["8080"]
    environment: {LEVEL: info}
    configs: [{source: page, target: /srv/www/index.html, mode: 0440}]
    deploy: {replicas: 2, update_config: {monitor: 1s}}
configs: {page: {content: ${page}}}
`;

test.serial('one service runs on several engines, is seen, and is removed', async (t) => {
  write(one('first'));
  const up = await compose('up');
  t.is(up.code, 0, up.out + up.err);
  const shown = await web();
  t.deepEqual(
    shown.map(({ page }) => page.trim()),
    ['first', 'first'],
  );
  t.is(new Set(shown.map(({ engine }) => engine)).size, 2);
  t.regex((await compose('up')).out, /^= unchanged: shop_page-[0-9a-f]{12}, shop-web\nshop: nothing to do\n$/);

  write(one('second'));
  t.regex((await compose('diff')).out, /^\+ config shop_page-[0-9a-f]{12}\n~ service shop-web: image.secrets\n$/);
  const again = await compose('up');
  t.is(again.code, 0, again.out + again.err);
  t.deepEqual(
    (await web()).map(({ page }) => page.trim()),
    ['second', 'second'],
  );
  t.is((await compose('down')).code, 0);
  for (const n of [1, 2, 3])
    t.deepEqual(JSON.parse((await lab.request(n, { path: '/containers/json?all=1' })).body), []);
});

/** The replicas that are not being replaced, with the page that each serves. */
async function web(): Promise<readonly { readonly engine: string; readonly page: string }[]> {
  const there = JSON.parse((await compose('ps -o json')).out) as readonly {
    readonly engine: string;
    readonly state: string;
    readonly ports: readonly string[];
  }[];
  return await Promise.all(
    there
      .filter(({ state }) => state === 'ready')
      .map(async ({ engine, ports }) => {
        const [address] = (ports[0] ?? '').split('->');
        return { engine, page: await (await fetch(`http://${address}/`)).text() };
      }),
  );
}

/** Of the lab's busybox, which has no library for names, only nslookup knows any. */
const fetched = (name: string) =>
  `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 2 $$(nslookup ${name} | sed -n 's/^Address[^:]*: \\([0-9.]*\\)$$/\\1/p' | tail -n 1) 8080 | tail -n 1`;
const serving = (text: string, in_ = '/tmp') =>
  JSON.stringify(['sh', '-c', `mkdir -p ${in_}; echo ${text} > ${in_}/index.html; exec httpd -f -p 8080 -h ${in_}`]);

const six = ({ level = 'info', wanted = 'stored' } = {}) => `
x-quick: &quick
  update_config: {monitor: 1s}
services:
  web:
    image: demo/busybox:1
    stop_grace_period: 0s
    command: ${serving('web')}
    environment: {LEVEL: ${level}}
    depends_on: [api]
    deploy: {<<: *quick, replicas: 2}
  api:
    image: demo/busybox:1
    stop_grace_period: 0s
    command: ${serving('api')}
    depends_on:
      init: {condition: service_completed_successfully}
    networks: {default: {aliases: [backend]}}
    deploy: {<<: *quick, replicas: 3, placement: {max_replicas_per_node: 1}}
  worker:
    image: demo/busybox:1
    stop_grace_period: 0s
    command: ["sleep", "100000"]
    depends_on: {api: {condition: service_healthy}, cache: {condition: service_started}}
    secrets: [token]
    deploy: {<<: *quick, placement: {constraints: [node.hostname==compose-3]}}
  cache:
    image: demo/busybox:1
    stop_grace_period: 0s
    command: ${serving('cache')}
    deploy: *quick
  store:
    image: demo/busybox:1
    stop_grace_period: 0s
    command: ${serving('stored', '/data')}
    volumes: ["data:/data"]
    healthcheck: {test: ["CMD", "test", "-f", "/data/index.html"], interval: 1s}
    deploy: {<<: *quick, placement: {constraints: [node.hostname==compose-1]}}
  init:
    image: demo/busybox:1
    stop_grace_period: 0s
    command: ["sh", "-c", ${JSON.stringify(`test "$$(${fetched('store')})" = ${wanted}`)}]
    depends_on: {store: {condition: service_healthy}}
    deploy: {placement: {constraints: [node.hostname==compose-2]}}
volumes: {data: {}}
secrets: {token: {file: ./token.txt}}
`;

async function printedIn(container: string, words: string): Promise<string> {
  const cmd = ['sh', '-c', words.replaceAll('$$', '$')];
  return (await server.call('POST', `container/${container}/exec`, { cmd })).data.stdout;
}

interface Row {
  readonly name: string;
  readonly service: string;
  readonly state: string;
  readonly engine: string | null;
  readonly container: string | null;
}

const rows = async (): Promise<readonly Row[]> => JSON.parse((await compose('ps -o json')).out);
const idsOf = async (service: string) =>
  (await rows()).filter((row) => row.service === service && row.state === 'ready').map(({ container }) => container);

const pair = `
services:
  web:
    image: demo/busybox:1
    stop_grace_period: 0s
    command: ["sleep", "100000"]
  store:
    image: demo/busybox:1
    stop_grace_period: 0s
    command: ${serving('$$(hostname)')}
`;

test.serial(
  'with --each, every engine that is meant has all of it, and a name leads to the replica beside',
  async (t) => {
    write(pair);
    const up = await compose('up --each --on engine!=compose-3');
    t.is(up.code, 0, up.out + up.err);
    const there = await rows();
    const on = (engine: string, service: string) =>
      there.find((row) => row.engine === engine && row.service === service)?.container ?? '';
    t.is(there.length, 4);
    for (const engine of ['compose-1', 'compose-2']) {
      const answer = await eventually(
        () => printedIn(on(engine, 'web'), fetched('store')),
        (text) => text !== '',
        withinMs,
      );
      t.is(answer.trim(), on(engine, 'store').slice(0, 12));
    }
    t.regex((await compose('up --each --on engine!=compose-3')).out, /shop: nothing to do/);
    t.is((await compose('down')).code, 0);
    for (const n of [1, 2, 3]) {
      const networks = JSON.parse((await lab.request(n, { path: '/networks' })).body) as { readonly Name: string }[];
      t.false(networks.some(({ Name }) => Name.startsWith('shop_')));
    }
  },
);

test.serial('several engines without a mesh: networks between services are refused, with what to do', async (t) => {
  write(six());
  writeFileSync(join(folder, 'token.txt'), 'secret');
  const { code, err } = await compose('up');
  t.is(code, 2);
  t.regex(
    err,
    /networks\.default: is to join 6 services over several engines, and there is no mesh: "satsuma mesh up"/,
  );
  t.deepEqual(await rows(), []);
});

test.serial('what a job was to do and did not keeps back what waits for it, and the rest goes on', async (t) => {
  t.is((await typed('mesh up', `http://${server.address}`)).code, 0);
  write(six({ wanted: 'other' }));
  const { code, err, out } = await compose('up -d');
  t.is(code, 1, out);
  t.regex(err, /run 1 of job shop-init failed/);
  const there = (await rows()).map(({ service }) => service);
  t.deepEqual([...new Set(there)].sort(), ['cache', 'init', 'store']);
});

test.serial('run again it goes on, and six services on three engines reach each other by name', async (t) => {
  write(six());
  const up = await compose('up');
  t.is(up.code, 0, up.out + up.err);
  t.regex(up.out, /~ job shop-init: image\.args/);
  const there = await rows();
  t.is(new Set(there.flatMap(({ engine }) => engine ?? [])).size, 3);
  t.deepEqual(
    there.filter(({ service }) => service === 'init').map(({ state }) => state),
    ['succeeded'],
  );
  const [worker] = await idsOf('worker');
  const from = (words: string) => printedIn(worker ?? '', words);
  for (const [name, answer] of [
    ['web', 'web'],
    ['api', 'api'],
    ['backend', 'api'],
    ['cache', 'cache'],
    ['store', 'stored'],
  ] as const) {
    const text = await eventually(
      () => from(fetched(name)),
      (each) => each === `${answer}\n`,
      withinMs,
    );
    t.is(text, `${answer}\n`, name);
  }
  t.is(await from('cat /run/secrets/token'), 'secret');
});

test.serial('unchanged, no engine is changed; changed, one service is exchanged and the others stay', async (t) => {
  const containers = async () => {
    const lists = await Promise.all([1, 2, 3].map((n) => lab.request(n, { path: '/containers/json?all=1' })));
    return lists.flatMap(({ body }) => (JSON.parse(body) as { readonly Id: string }[]).map(({ Id }) => Id)).sort();
  };
  const before = await containers();
  const began = performance.now();
  const { out } = await compose('up');
  t.log(`unchanged up: ${Math.round(performance.now() - began)} ms`);
  t.regex(out, /shop: nothing to do/);
  t.deepEqual(await containers(), before);

  const [web, api] = [await idsOf('web'), await idsOf('api')];
  write(six({ level: 'debug' }));
  t.is((await compose('diff')).out.split('\n')[0], '~ service shop-web: image.environment.LEVEL');
  t.deepEqual(await containers(), before);
  const up = await compose('up');
  t.is(up.code, 0, up.err);
  t.deepEqual(await idsOf('api'), api);
  for (const id of await idsOf('web')) t.false(web.includes(id));
});

test.serial('logs are those of all services; down leaves nothing', async (t) => {
  t.is((await compose('logs --tail 1')).code, 0);
  const down = await compose('down --volumes');
  t.is(down.code, 0, down.err);
  t.true(down.out.indexOf('shop-web: removed') < down.out.indexOf('shop-store: removed'), down.out);
  for (const n of [1, 2, 3]) {
    const get = async (what: string) => JSON.parse((await lab.request(n, { path: what })).body);
    t.deepEqual(await get('/containers/json?all=1'), []);
    t.deepEqual((await get('/volumes')).Volumes ?? [], []);
    const networks = (await get('/networks')) as { readonly Name: string }[];
    t.false(networks.some(({ Name }) => Name.startsWith('shop_')));
  }
  t.deepEqual((await server.call('GET', 'secrets')).data, []);
});
