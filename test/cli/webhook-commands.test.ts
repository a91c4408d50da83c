import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { temporaryFolder } from '../temporary-folder.ts';
import { terminal } from './terminal.ts';

const url = 'https://hooks.example.org/satsuma';

test('a webhook is created with a secret that is shown once, listed, and removed', async (t) => {
  const { type } = await terminal(t);
  const created = await type(`webhook create alerts ${url} -f type=container -f action=die -f action=oom`);
  t.like(created, { code: 0, out: 'alerts\n' });
  t.regex(created.err, /^The secret of webhook alerts is [\w-]{32}: it is not shown again\.\n$/);
  t.regex(
    (await type('webhook ls')).out,
    /alerts +new +https:\/\/hooks.example.org\/satsuma +kind=container action=die\|oom/,
  );
  t.like(JSON.parse((await type('webhook inspect alerts')).out), {
    name: 'alerts',
    filter: { action: ['die', 'oom'] },
  });
  t.is((await type('webhook rm alerts')).out, 'Webhook alerts removed\n');
  t.is((await type('webhook rm alerts')).code, 3);
});

test('a secret may come from a file, and is printed nowhere then', async (t) => {
  const { type, cluster } = await terminal(t);
  const file = join(temporaryFolder(t), 'secret');
  writeFileSync(file, 'from a file\nand more\n');
  t.deepEqual(await type(`webhook create alerts ${url} --secret-file ${file}`), { code: 0, out: 'alerts\n', err: '' });
  const [kept] = await cluster.store.list('webhook');
  t.is(cluster.installation.decrypt(kept?.value.secret ?? '', `webhook ${kept?.value.id}`), 'from a file');
  t.is((await type(`webhook create b ${url} --secret-file /nonexistent`)).code, 2);
});

test('a test that is not taken is exit code 1 with the reason', async (t) => {
  const { type } = await terminal(t);
  await type('webhook create alerts http://localhost:9/');
  const { code, err } = await type('webhook test alerts');
  t.is(code, 1);
  t.regex(err, /webhook alerts did not accept the event: .* is an address of this machine/);
});
