import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Server } from '@hapi/hapi';
import test, { type ExecutionContext } from 'ava';
import { uiPlugin } from '../../src/http/ui/plugin.ts';
import { temporaryFolder } from '../temporary-folder.ts';

async function open(t: ExecutionContext) {
  const dir = temporaryFolder(t);
  const folder = join(dir, 'ui');
  const server = new Server();
  await server.register({ plugin: uiPlugin, options: { folder } });
  const get = (url: string) => server.inject(url);
  return { dir, folder, get };
}

test('the page and its files are served with their types, and may load nothing from elsewhere', async (t) => {
  const { folder, get } = await open(t);
  await mkdir(folder);
  await writeFile(join(folder, 'index.html'), '<!doctype html>');
  await writeFile(join(folder, 'main.js'), 'run()');
  for (const path of ['/ui', '/ui/', '/ui/index.html']) {
    const { statusCode, payload, headers } = await get(path);
    t.deepEqual([statusCode, payload, headers['content-type']], [200, '<!doctype html>', 'text/html; charset=utf-8']);
    t.regex(String(headers['content-security-policy']), /^default-src 'none'; script-src 'self';/);
    t.false(String(headers['content-security-policy']).includes('unsafe'));
  }
  const { payload, headers } = await get('/ui/main.js');
  t.deepEqual([payload, headers['content-type']], ['run()', 'text/javascript; charset=utf-8']);
});

test('nothing beside the page is served', async (t) => {
  const { dir, folder, get } = await open(t);
  await mkdir(folder);
  await writeFile(join(dir, 'secret'), 'secret');
  await writeFile(join(folder, 'index.html'), '');
  for (const name of [
    '..%2fsecret',
    '%2e%2e%2fsecret',
    `${encodeURIComponent(join(dir, 'secret'))}`,
    'other',
    '__proto__',
  ])
    t.is((await get(`/ui/${name}`)).statusCode, 404, name);
});

test('a page that is not built says how it is, and is served once it is', async (t) => {
  const { folder, get } = await open(t);
  const { statusCode, payload } = await get('/ui');
  t.is(statusCode, 404);
  t.regex(payload, /npm run build/);
  await mkdir(folder);
  await writeFile(join(folder, 'index.html'), 'here');
  t.is((await get('/ui')).payload, 'here');
});
