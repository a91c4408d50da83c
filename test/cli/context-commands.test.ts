import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createAuthority } from '../../src/ca/authority.ts';
import { openContexts } from '../../src/config/contexts.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { terminal, typed } from './terminal.ts';

const nowhere = 'http://127.0.0.1:1';

function shell(t: ExecutionContext) {
  const HOME = temporaryFolder(t);
  return async (line: string | readonly string[], env: NodeJS.ProcessEnv = {}) =>
    await typed(line, nowhere, { contexts: openContexts({ HOME, ...env }) });
}

test('a context is created, used, listed, changed and removed', async (t) => {
  const type = shell(t);
  t.is((await type('context show')).out, 'default\n');
  t.is((await type('context create prod https://prod.example:8080 --description production')).out, 'prod\n');
  t.is((await type('context create test 10.0.0.5:8080')).code, 0);
  t.deepEqual(await type('context use prod'), { code: 0, out: 'prod\n', err: '' });
  t.is((await type('context show')).out, 'prod\n');
  t.regex((await type('context ls')).out, /prod +\* +https:\/\/prod.example:8080 +production/);
  t.is((await type('context ls -q')).out, 'default\nprod\ntest\n');
  t.is((await type('context ls -q --filter name=es')).out, 'test\n');
  t.deepEqual(JSON.parse((await type('context inspect')).out), {
    ...{ name: 'prod', host: 'https://prod.example:8080', description: 'production', current: true },
  });
  t.like(JSON.parse((await type('context update test b:1 --json')).out), { host: 'http://b:1' });
  t.like(await type('context rm prod'), { code: 2, out: '' });
  t.is((await type('context rm test')).out, 'test\n');
  t.is((await type('context rm -f prod')).code, 0);
  t.is((await type('context show')).out, 'default\n');
});

test('a variable that goes before the context in use is told', async (t) => {
  const type = shell(t);
  await type('context create prod a:1');
  t.regex((await type('context use prod', { SATSUMA_HOST: 'b:1' })).err, /SATSUMA_HOST is set and overrides it/);
  t.regex((await type('context ls', { SATSUMA_HOST: 'b:1' })).err, /SATSUMA_HOST is set/);
  t.is((await type('context show', { SATSUMA_CONTEXT: 'prod' })).out, 'prod\n');
});

test('--context stands before the command, and is taken for everything that it asks', async (t) => {
  const { type } = await terminal(t);
  const contexts = openContexts({ HOME: temporaryFolder(t) });
  contexts.create('prod', { host: 'a:1', description: '' });
  t.is((await type('--context prod context show', { contexts })).out, 'prod\n');
  t.is(contexts.host(), 'http://a:1');
  const wrong = await type('ps --context prod');
  t.is(wrong.code, 2);
  t.regex(wrong.err, /it must be before the command: satsuma --context NAME ps/);
});

test('a file that is no authority is refused at once', async (t) => {
  const type = shell(t);
  const folder = temporaryFolder(t);
  const [file, other] = [join(folder, 'ca.pem'), join(folder, 'other.pem')];
  await createAuthority(join(folder, 'ca'));
  copyFileSync(join(folder, 'ca/ca.pem'), file);
  writeFileSync(other, 'no certificate');
  for (const [ca, expected] of [
    [join(folder, 'nope.pem'), /cannot read .*nope\.pem.*ENOENT/],
    [folder, /cannot read .*EISDIR/],
    [other, /other\.pem has no certificate/],
  ] as const) {
    const { code, err } = await type(['context', 'create', 'prod', 'https://a:1', '--ca', ca]);
    t.is(code, 2, ca);
    t.regex(err, expected);
  }
  t.is((await type('context ls -q')).out, 'default\n');
  t.is((await type(['context', 'create', 'prod', 'https://a:1', '--ca', file])).code, 0);
  t.is((await type(['context', 'update', 'prod', '--ca', join(folder, 'nope.pem')])).code, 2);
  t.like(JSON.parse((await type('context inspect prod')).out), { ca: file });
  rmSync(file);
  t.is((await type('context update prod --description moved')).code, 0, 'what was not given is not looked at');
});

test('names of contexts are completed', async (t) => {
  const type = shell(t);
  await type('context create prod a:1');
  const complete = async (words: string) => (await type(`complete-words -- ${words} `)).out.split('\n').filter(Boolean);
  t.deepEqual(await complete('--context p'), ['prod']);
  t.deepEqual(await complete('context use p'), ['prod']);
  t.deepEqual(await complete('context rm d'), ['default']);
  t.deepEqual(await complete('--context prod context sh'), ['show']);
});
