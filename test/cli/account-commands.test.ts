import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createToken } from '../../src/commands/accounts/tokens.ts';
import { openContexts } from '../../src/config/contexts.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { type Screen, terminal } from './terminal.ts';

/** What comes in by a pipe. */
function piped(text: string): NonNullable<Screen['input']> {
  return {
    isTerminal: false,
    setRaw: () => undefined,
    read: async function* () {
      yield Buffer.from(text);
    },
    close: () => undefined,
  };
}

async function open(t: ExecutionContext) {
  const { type, cluster } = await terminal(t, { gate: 'token' });
  const HOME = temporaryFolder(t);
  const { token } = await createToken(cluster, { name: 'root', role: 'admin' }, { name: 'test', role: 'admin' });
  const shell = (line: string | readonly string[], env: NodeJS.ProcessEnv = {}, screen: Screen = {}) =>
    type(line, { contexts: openContexts({ HOME, ...env }), ...screen });
  return { shell, token, file: join(HOME, '.satsuma', 'contexts.json'), cluster };
}

test('login keeps a token that is good, in a file for its owner alone, and forgets it', async (t) => {
  const { shell, token, file } = await open(t);
  t.regex((await shell('engine ls')).err, /requires authentication.*satsuma login/);
  t.like(await shell('login', {}, { input: piped('satsuma_no\n') }), { code: 2 });
  t.is((await shell('token ls')).code, 2, 'what is not good is not kept');
  const { code, out, err } = await shell('login', {}, { input: piped(`${token}\n`) });
  t.is(code, 0, err);
  t.regex(out, /as root, with the role admin/);
  t.false((out + err).includes(token));
  t.is(statSync(file).mode & 0o777, 0o600);
  t.true(readFileSync(file, 'utf8').includes(token));
  t.is((await shell('engine ls')).code, 0);
  t.is((await shell('logout')).out, 'deleted the token of the context default\n');
  t.false(readFileSync(file, 'utf8').includes(token));
  t.is((await shell('engine ls')).code, 2);
});

test('who one is, and which versions run', async (t) => {
  const { shell, token } = await open(t);
  const env = { SATSUMA_TOKEN: token };
  t.is((await shell('whoami')).code, 2);
  t.regex((await shell('whoami', env)).out, /^root, with the role admin, at http:/);
  t.like(JSON.parse((await shell('whoami --json', env)).out), { who: 'root', role: 'admin' });
  const { client, server } = JSON.parse((await shell('version --json', env)).out);
  t.is(client.node, process.versions.node);
  t.is(server.node, process.versions.node);
  const withoutServer = await shell('version');
  t.is(withoutServer.code, 2);
  t.regex(withoutServer.out, /^Client: .*\n$/);
});

test('SATSUMA_TOKEN goes before what is kept; each context has a token of its own', async (t) => {
  const { shell, token, cluster } = await open(t);
  const viewer = await createToken(cluster, { name: 'eve', role: 'viewer' }, { name: 'test', role: 'admin' });
  await shell('login', {}, { input: piped(token) });
  const who = async (env = {}, before = '') =>
    JSON.parse((await shell(`${before} can-i read engine --json`, env)).out).who;
  t.is(await who(), 'root');
  t.is(await who({ SATSUMA_TOKEN: viewer.token }), 'eve');
  await shell('context create prod 10.0.0.5:1');
  await shell('--context prod login', {}, { input: piped(viewer.token) });
  t.is(await who({}, '--context prod'), 'eve');
  t.is(await who(), 'root');
  // Another server is not shown the token of this one.
  await shell('context update prod 10.0.0.6:1');
  t.is((await shell('--context prod engine ls')).code, 2);
});

test('tokens and roles are made, listed and removed', async (t) => {
  const { shell, token } = await open(t);
  const env = { SATSUMA_TOKEN: token };
  t.is((await shell('role create deployer --allow read,logs:* --allow update:service,job', env)).out, 'deployer\n');
  t.regex((await shell('role ls', env)).out, /deployer +no +read,logs:\* update:service,job/);
  const { out, err } = await shell('token create ci --role deployer --expires-in 12h', env);
  t.regex(out, /^satsuma_\w{49}\n$/);
  t.regex(err, /^Token ci with the role deployer expires at .*It is not shown again/);
  t.regex((await shell('token ls', env)).out, /ci +valid +deployer/);
  const ci = { SATSUMA_TOKEN: out.trim() };
  t.like(await shell('can-i update service', ci), { code: 0, out: 'yes: ci has the role deployer\n' });
  t.like(await shell('can-i exec container', ci), { code: 1, out: 'no: ci has the role deployer\n' });
  t.regex((await shell('token rm ci', ci)).err, /the role deployer may not remove token/);
  t.is((await shell('role rm deployer', env)).code, 4);
  t.is((await shell('token rm ci nobody', env)).code, 3);
  t.is((await shell('role rm deployer', env)).code, 0);
  for (const wrong of ['token create x --role viewer --expires-in soon', 'role create x --allow read']) {
    t.is((await shell(wrong, env)).code, 2, wrong);
  }
});
