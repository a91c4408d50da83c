import test from 'ava';
import { matchesPattern, parsePattern } from '../../src/model/pattern.ts';

const matches = test.macro({
  exec(t, pattern: string, value: string, expected: boolean) {
    t.is(matchesPattern(parsePattern(pattern), value), expected);
  },
  title: (_, pattern: string, value: string, expected: boolean) =>
    `${pattern} ${expected ? 'matches' : 'does not match'} ${value}`,
});

test(matches, 'eu-1', 'eu-1', true);
test(matches, 'eu-1', 'eu-10', false);
// Classic Swarm takes a glob for a regular expression, and a dot for anything.
test(matches, 'a.c', 'abc', false);
test(matches, 'a.*', 'abc', false);
test(matches, 'eu-*', 'eu-', true);
test(matches, 'eu-*', 'neu-1', false);
test(matches, '*-1', 'eu-1', true);
test(matches, '*-1', 'eu-12', false);
test(matches, '*', '', true);
test(matches, 'a*b*c', 'a-b-b-c', true);
test(matches, 'a*b*c', 'a-c-b', false);
test(matches, 'ab*ba', 'aba', false);
test(matches, 'a**a', 'aa', true);
test(matches, '/u-[12]$/', 'eu-2', true);
test(matches, '/u-[12]$/', 'eu-21', false);
test(matches, '/', '/', true);

test('an empty regular expression is refused', (t) => {
  t.throws(() => parsePattern('//'), { code: 'invalid' });
});

test('a glob with many stars terminates', (t) => {
  t.false(matchesPattern(parsePattern(`${'*a'.repeat(100)}*b`), 'a'.repeat(1000)));
});
