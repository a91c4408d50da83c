import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openAuthority } from '../../src/ca/authority.ts';
import { caCommands } from '../../src/cli/ca-commands.ts';
import { loadConfig } from '../../src/config/load.ts';
import { SatsumaError } from '../../src/model/errors.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const noServer = () => Promise.reject(new Error('no server'));

function satsumaCa(t: ExecutionContext) {
  const dir = join(temporaryFolder(t), 'ca');
  async function run(...args: string[]): Promise<{ stdout: string; stderr: string }> {
    const written = { stdout: '', stderr: '' };
    const command = caCommands(noServer, {
      stdout: (text) => {
        written.stdout += text;
      },
      stderr: (text) => {
        written.stderr += text;
      },
      control: () => undefined,
      pipe: () => Promise.resolve(true),
    });
    // A wrong usage would end the process of the tests.
    for (const one of [command, ...command.commands]) one.exitOverride();
    await command.parseAsync(args, { from: 'user' }).catch((error: Error & { code?: string }) => {
      if (error.code !== 'commander.helpDisplayed') throw Object.assign(error, { written });
    });
    return written;
  }
  return { dir, run, inDir: (...args: string[]) => run(...args, '--dir', dir) };
}

/** The object in a text. */
const objectIn = (text: string): unknown => JSON.parse(text.slice(text.indexOf('\n{'), text.lastIndexOf('\n}') + 2));

test('init makes an authority, once', async (t) => {
  const { dir, inDir } = satsumaCa(t);
  const { stdout } = await inDir('init', '--name', 'ours');
  t.true(stdout.includes(dir));
  t.is((await (await openAuthority(dir)).list())[0]?.name, 'ours');
  await t.throwsAsync(inDir('init'), { instanceOf: SatsumaError, message: /never replaced/ });
});

test('engine says where the files are and which lines its daemon needs', async (t) => {
  const { dir, run, inDir } = satsumaCa(t);
  await inDir('init');
  const { stdout } = await run(
    'engine',
    'docker-1',
    '--dir',
    dir,
    '--host',
    '10.0.0.5',
    '--host',
    '::1',
    '--host',
    'a.org',
  );
  for (const file of ['ca.pem', 'cert.pem', 'key.pem']) {
    t.true(stdout.includes(join(dir, 'engines', 'docker-1', file)));
    t.true(existsSync(join(dir, 'engines', 'docker-1', file)));
  }
  t.like(objectIn(stdout), { tlsverify: true, tlskey: '/etc/docker/satsuma/key.pem' });
  t.deepEqual((await (await openAuthority(dir)).list())[1]?.hosts, ['10.0.0.5', '::1', 'a.org']);
});

test('an engine is issued again with --replace only', async (t) => {
  const { dir, run, inDir } = satsumaCa(t);
  await inDir('init');
  const engine = ['engine', 'docker-1', '--dir', dir, '--host', '10.0.0.5'];
  await run(...engine);
  await t.throwsAsync(run(...engine), { instanceOf: SatsumaError, message: /--replace/ });
  await t.notThrowsAsync(run(...engine, '--replace', '--days', '3'));
  const [, renewed] = await (await openAuthority(dir)).list();
  t.true(Date.parse(renewed?.notAfter ?? '') < Date.now() + 4 * 86_400_000);
});

test('client prints settings that the configuration takes', async (t) => {
  const { dir, inDir } = satsumaCa(t);
  await inDir('init');
  const { stdout, stderr } = await inDir('client', 'satsuma');
  t.regex(stderr, /^Issued the certificate of client satsuma/);
  // Whole, so that it can be written to a file.
  const overrides = JSON.parse(stdout) as object;
  const folder = join(dir, 'clients', 'satsuma');
  t.deepEqual(loadConfig({ env: {}, overrides }).tls, {
    ca: join(folder, 'ca.pem'),
    cert: join(folder, 'cert.pem'),
    key: join(folder, 'key.pem'),
  });
});

test('ls is a table, or JSON', async (t) => {
  const { dir, run, inDir } = satsumaCa(t);
  await inDir('init');
  await inDir('client', 'satsuma');
  await run('engine', 'docker-1', '--dir', dir, '--host', '10.0.0.5', '--host', 'a.org');
  const expires = /in \d+d/g;
  t.is(
    (await inDir('ls')).stdout.replaceAll(expires, 'DATE'),
    [
      'KIND    NAME        HOSTS           EXPIRES',
      'ca      satsuma-ca                  DATE',
      'engine  docker-1    10.0.0.5,a.org  DATE',
      'client  satsuma                     DATE',
      '',
    ].join('\n'),
  );
  t.deepEqual(JSON.parse((await inDir('ls', '--json')).stdout), await (await openAuthority(dir)).list());
});

test('without an authority, every command says how to make one', async (t) => {
  const { dir, run } = satsumaCa(t);
  for (const args of [['ls'], ['client', 'a'], ['engine', 'a', '--host', 'b']]) {
    await t.throwsAsync(run(...args, '--dir', dir), { instanceOf: SatsumaError, message: /satsuma ca init/ });
  }
  t.false(existsSync(dir));
});

test('a wrong usage is told on stderr', async (t) => {
  const { run } = satsumaCa(t);
  await t.throwsAsync(run('engine', 'a'), { code: 'commander.missingMandatoryOptionValue' });
  const error = await t.throwsAsync<Error & { written?: { stderr: string } }>(run('client', 'a', '--days', '0'));
  t.regex(error?.written?.stderr ?? '', /whole number of days/);
});

test('every help has examples', async (t) => {
  const { run } = satsumaCa(t);
  for (const args of [[], ['init'], ['engine'], ['client'], ['ls']]) {
    t.regex((await run(...args, '--help')).stdout, /Examples:\n {2}satsuma ca /);
  }
});

test('status tells certificates that have ended, and the line that issues each anew', async (t) => {
  const { dir, inDir } = satsumaCa(t);
  await inDir('init');
  const authority = await openAuthority(dir);
  await authority.issueEngine('good', ['10.0.0.4']);
  await authority.issueEngine('old', ['10.0.0.5', 'old.test'], { days: -1 });
  await authority.issueClient('ana', { days: -1 });
  const { stdout } = await inDir('status');
  const [, told = ''] = stdout.split('Certificates that have ended:');
  const day = String.raw`on \d{4}-\d\d-\d\d`;
  t.regex(told, new RegExp(`engine old, ${day}: satsuma ca engine old --host 10.0.0.5 --host old.test --replace`));
  t.regex(told, new RegExp(`client ana, ${day}: satsuma ca client ana --replace`));
  t.notRegex(told, /good/);
});
