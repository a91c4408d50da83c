import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { temporaryFolder } from '../temporary-folder.ts';
import { cells, terminal } from './terminal.ts';

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

async function project(t: ExecutionContext, text = file()) {
  const started = await terminal(t, { isKept: true });
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
