import test from 'ava';
import { parseOptions } from '../../chaos/options.ts';

test('what is not said has a default', (t) => {
  t.deepEqual(parseOptions([]), { seed: 1, durationMs: 180_000, servers: 2, engines: 3, clients: 8 });
});

test('minutes may be a fraction, the seed is a number', (t) => {
  const options = parseOptions([
    '--minutes',
    '1.5',
    '--seed',
    '42',
    '--servers',
    '3',
    '--engines',
    '4',
    '--clients',
    '5',
  ]);
  t.deepEqual(options, { seed: 42, durationMs: 90_000, servers: 3, engines: 4, clients: 5 });
});

test('the usage is asked for', (t) => {
  t.is(parseOptions(['--help']), undefined);
});

const refused = test.macro({
  exec: (t, args: string[], message: RegExp) => void t.throws(() => parseOptions(args), { message }),
  title: (title) => `refused: ${title}`,
});

test('no servers', refused, ['--servers', '0'], /--servers must be a number from 1 to 8, not "0"/);
test('half an engine', refused, ['--engines', '1.5'], /--engines must be/);
test('a seed that is none', refused, ['--seed', 'x'], /--seed must be/);
test('no time', refused, ['--minutes', '0'], /--minutes must be/);
test('an option that there is not', refused, ['--minute', '1'], /minute/);
