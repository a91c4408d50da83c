import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { loadConfig } from '../../src/config/load.ts';
import { SatsumaError } from '../../src/model/errors.ts';
import { temporaryFolder } from '../temporary-folder.ts';

type Options = Parameters<typeof loadConfig>[0];

function problemsOf(t: ExecutionContext, options: Options): readonly string[] {
  const error = t.throws(() => loadConfig({ env: {}, ...options }), { instanceOf: SatsumaError });
  t.is(error?.code, 'invalid');
  t.is(error?.message, [error?.details].flat().join('\n'));
  return error?.message.split('\n') ?? [];
}

const refused = test.macro({
  exec(t, overrides: Options['overrides'], ...expected: string[]) {
    t.deepEqual(problemsOf(t, { overrides: overrides ?? {} }), expected);
  },
  title: (_, overrides) => `${JSON.stringify(overrides)} is refused`,
});

test(
  refused,
  { 'redis-host': 'h', 'redis-port': 'abc' },
  'command line: "redis-port" must be a port number from 1 to 65535, got "abc"',
);
test(
  refused,
  { 'redis-host': 'h', 'redis-port': 65_536 },
  'command line: "redis-port" must be a port number from 1 to 65535, got 65536',
);
test(
  refused,
  { discovery: { dns: ':53' } },
  'command line: "discovery.dns" must be HOST:PORT or [IPV6]:PORT, got ":53"',
);
test(
  refused,
  { discovery: { domain: 'A.b' } },
  'command line: "discovery.domain" must be a domain in lower case, like "satsuma", got "A.b"',
);
test(
  refused,
  { discovery: { resolvers: ['10.0.0.5:53'] } },
  'command line: "discovery.resolvers[0]" must be an IP address, got "10.0.0.5:53"',
);
test(
  refused,
  { discovery: { auth: '10.0.0.5:8090' } },
  'command line: "discovery" must be an object that has "dns" where it has "auth", got {"auth":"10.0.0.5:8090","domain":"satsuma"}',
);
test(refused, { discovery: { dnss: '' } }, 'command line: "discovery.dnss" is not a setting; did you mean "dns"?');
test(refused, { 'redis-port': 6379 }, '"redis-port" (command line) needs "redis-host"');
test(refused, { 'redis-host': 'a b' }, 'command line: "redis-host" must be a host name or an IP address, got "a b"');
test(
  refused,
  { 'redis-prefix': '{a}b' },
  'command line: "redis-prefix" must be up to 64 letters, digits, "_", ".", ":" or "-", the first a letter or a digit, got "{a}b"',
);
test(refused, { overcommit: 0.09 }, 'command line: "overcommit" must be a number from 0.1 to 100, got 0.09');
test(refused, { overcommit: 101 }, 'command line: "overcommit" must be a number from 0.1 to 100, got 101');
test(refused, { lease: 0.9 }, 'command line: "lease" must be a number of seconds from 1 to 86400, got 0.9');
test(
  refused,
  { 'observe-interval': 0.1 },
  'command line: "observe-interval" must be a number of seconds from 0.2 to 86400, got 0.1',
);
test(
  refused,
  { strategy: 'fast' },
  'command line: "strategy" must be one of binpack, spread, round-robin, random, got "fast"',
);
test(
  refused,
  { 'log-level': 'loud' },
  'command line: "log-level" must be one of fatal, error, warn, info, debug, trace, silent, got "loud"',
);
test(refused, { 'skip-verify': 'yes' }, 'command line: "skip-verify" must be true or false, got "yes"');
test(
  refused,
  { 'listen-addr': '8080' },
  'command line: "listen-addr" must be HOST:PORT, [IPV6]:PORT or :PORT, got "8080"',
);
test(
  refused,
  { types: { web: ['label', 'label'] } },
  'command line: "types.web[1]" must be a list of names of schedulers, at least one and each once, got "label"',
);
test(
  refused,
  { types: { 'a b': ['label'] } },
  'command line: "types.a b" must be named with up to 128 letters, digits, "_", "." or "-", got ["label"]',
);
test(
  refused,
  { deadlines: { pull: 0 } },
  'command line: "deadlines.pull" must be a number of seconds from 0.1 to 86400, got 0',
);
test(
  refused,
  { deadlines: { conect: 1 } },
  'command line: "deadlines.conect" is not a setting; did you mean "connect"?',
);
test(
  refused,
  { 'ssl-cert': 'a.pem', 'ca-cert': 'b.pem' },
  '"ssl-cert" and "ca-cert" (command line) needs "ssl-key" too: give all three, or none to reach unix:// engines only',
);
test(
  refused,
  { 'redis-url': 'redis://h', 'redis-host': 'h' },
  '"redis-url" (command line) excludes "redis-host" (command line): give one or the other',
);

test('all problems are reported at once, each with its origin', (t) => {
  const file = join(temporaryFolder(t), 'config.json');
  writeFileSync(file, '{"redis-prot": 1, "lease": 0, "listen-addr": ":80"}');
  t.deepEqual(problemsOf(t, { file, env: { SATSUMA_OVERCOMMIT: '0', SATSUMA_LISTEN: 'x', SATSUMA_ZZZZZ: 'x' } }), [
    'SATSUMA_OVERCOMMIT: "overcommit" must be a number from 0.1 to 100, got 0',
    `${file}: "lease" must be a number of seconds from 1 to 86400, got 0`,
    `${file}: "redis-prot" is not a setting; did you mean "redis-port"?`,
    `"listen-addr" (${file}) is ":80", which other machines can reach, which needs accounts and TLS: give "auth": ` +
      '{"mode": "required"} and "tls": {"cert": ..., "key": ...}, listen on 127.0.0.1, or say --insecure or "insecure": true where the network itself keeps strangers out',
    'SATSUMA_LISTEN is not a setting; did you mean "SATSUMA_LISTEN_ADDR"?',
    'SATSUMA_ZZZZZ is not a setting',
  ]);
});

test('an address that others can reach is refused unless insecure is set, in any spelling', (t) => {
  for (const address of [':8080', '0.0.0.0:8080', '[::]:80', '10.0.0.5:80', 'web:80']) {
    t.regex(problemsOf(t, { overrides: { 'listen-addr': address } })[0] ?? '', /needs accounts and TLS/, address);
    t.notThrows(() => loadConfig({ env: { SATSUMA_INSECURE: 'True' }, overrides: { 'listen-addr': address } }));
  }
});

test('errors contain no secrets', (t) => {
  for (const url of ['http://:geheim@h', 'redis:geheim', 'geheim', 'redis://:geheim@h/x', 'redis://:geh#eim@h']) {
    const [problem = ''] = problemsOf(t, { env: { SATSUMA_REDIS_URL: url } });
    t.regex(problem, /^SATSUMA_REDIS_URL: "redis-url" must be redis:\/\//);
    t.notRegex(problem, /geh/);
  }
  for (const url of ['redis+sentinel://:geheim@h', 'redis+sentinel://h/m?password=geheim', 'redis+sentinel:geheim']) {
    const [problem = ''] = problemsOf(t, { env: { SATSUMA_REDIS_URL: url } });
    t.regex(problem, /^SATSUMA_REDIS_URL: "redis-url" must be redis\+sentinel:\/\/.*HOST.*\/NAME/);
    t.notRegex(problem, /geh/);
  }
  const pem = '-----BEGIN PRIVATE KEY-----\ngeheim\n';
  const overrides = { 'ssl-key': pem, 'ssl-cert': `x ${pem}`, 'ca-cert': pem.replaceAll('\n', ' ') };
  t.deepEqual(
    problemsOf(t, { overrides }),
    ['ssl-cert', 'ssl-key', 'ca-cert'].map((key) => `command line: "${key}" must be the path of a PEM file`),
  );
});

test('a long value is truncated', (t) => {
  const [problem = ''] = problemsOf(t, { overrides: { 'listen-addr': 'x'.repeat(5000) } });
  t.true(problem.length < 200);
});
