import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { typed } from '../cli/terminal.ts';
import { registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

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

const one = `
services:
  web:
    image: demo/busybox:1
    command: httpd -f -p 8080
    ports: ["8080"]
    environment: {LEVEL: info}
    deploy: {replicas: 2, update_config: {monitor: 1s}}
`;

test.serial('one service runs on several engines, is seen, and is removed', async (t) => {
  write(one);
  const up = await compose('up');
  t.is(up.code, 0, up.out + up.err);
  const rows = JSON.parse((await compose('ps -o json')).out) as readonly {
    readonly engine: string;
    readonly state: string;
    readonly ports: readonly string[];
  }[];
  t.deepEqual(
    rows.map(({ state }) => state),
    ['ready', 'ready'],
  );
  t.is(new Set(rows.map(({ engine }) => engine)).size, 2);
  for (const { ports } of rows) {
    const [address] = (ports[0] ?? '').split('->');
    t.is((await fetch(`http://${address}/`)).status, 200);
  }
  t.is((await compose('up')).out, '= unchanged: shop-web\nshop: nothing to do\n');
  t.is((await compose('down')).code, 0);
  for (const n of [1, 2, 3])
    t.deepEqual(JSON.parse((await lab.request(n, { path: '/containers/json?all=1' })).body), []);
});
