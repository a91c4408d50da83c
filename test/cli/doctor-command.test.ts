import test from 'ava';
import type { Io } from '../../src/cli/io.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import type { Finding } from '../../src/model/finding.ts';
import { version } from '../../src/runtime/package-root.ts';
import { noContexts, terminal, typed } from './terminal.ts';

test('what is wrong is shown with what to do, and is exit code 1', async (t) => {
  const { type, cluster } = await terminal(t);
  cluster.engines[1]?.fail('examine', 'engine_unreachable');
  const { code, out, err } = await type('doctor');
  t.is(code, 1);
  t.is(err, '');
  t.regex(out, /^STATUS +CHECK +SUBJECT +FINDING\nproblem +engine.reachable +b +.*To do: start Docker there/);
  t.notRegex(out, /^ok /m);
  t.regex(out, /\d+ ok, \d+ warnings?, 1 problem\n$/);
  const all = await type('doctor --all');
  t.regex(all.out, /^ok +engine.reachable +a +it answers after/m);
});

test('a warning is no problem', async (t) => {
  const { type } = await terminal(t);
  const { code, out } = await type('doctor');
  t.is(code, 0, out);
  t.regex(out, /warning +server.version/, 'the server of this test says no version');
});

test('it is a list as any other', async (t) => {
  const { type, cluster } = await terminal(t);
  cluster.engines[1]?.fail('examine', 'engine_certificate');
  const whole = await type('doctor --json');
  t.is(whole.code, 1);
  const { server, findings } = JSON.parse(whole.out) as { server: { servers: number }; findings: Finding[] };
  t.is(server.servers, 1);
  t.is(findings[0]?.status, 'problem');
  t.true(findings.some(({ status }) => status === 'ok'));
  const { out } = await type([
    'doctor',
    '--filter',
    'check=engine',
    '--filter',
    'subject=b',
    '--format',
    '{{.Check}}: {{.Remedy}}',
  ]);
  t.regex(out, /^engine.reachable: issue a new certificate with "satsuma ca engine b /);
});

test('without a server it says what it can', async (t) => {
  const { code, out } = await typed('doctor', 'http://127.0.0.1:1');
  t.is(code, 1);
  t.regex(out, /problem +server.reachable +server +no Satsuma answers at http:\/\/127.0.0.1:1 \(ECONNREFUSED\)/);
  t.regex(out, /To do: start it there with "satsuma serve"/);
  t.like(JSON.parse((await typed('doctor --json', 'http://127.0.0.1:1')).out), { server: null });
  t.regex(
    (await typed('doctor --all', 'http://127.0.0.1:1')).out,
    new RegExp(`ok +client.version +client +satsuma ${version}`),
  );
});

test('a clock and a version that differ are warnings', async (t) => {
  let out = '';
  const io: Io = {
    stdout: (text) => {
      out += text;
    },
    ...{ stderr: () => undefined, control: () => undefined, pipe: async () => true },
  };
  const time = new Date(Date.now() - 3_600_000).toISOString();
  const server = { version: '99.0.0', node: '20.19.0', time, servers: 3 };
  const never = () => Promise.reject(new Error('not here'));
  const code = await runCli(['node', 'satsuma', 'doctor'], {
    ...{ io, serve: never, transfer: never, session: never, contexts: noContexts },
    stream: () => {
      throw new Error('not here');
    },
    api: async () => ({ ok: true, data: { server, findings: [] } }),
  });
  t.is(code, 0);
  t.regex(out, /warning +server.version +server +satsuma 99.0.0 on Node 20.19.0, 3 servers/);
  t.regex(out, /warning +client.clock +client +the clock of the server is 3600 s behind/);
});
