import test from 'ava';
import fc from 'fast-check';
import { RegularExpression } from '../../../src/model/expression/regular-expression.ts';

const matches = (text: string, candidate: string) => new RegularExpression(text).matches(candidate);

test('it matches anywhere, unless ^ and $ say where', (t) => {
  t.true(matches('b', 'abc'));
  t.false(matches('^b', 'abc'));
  t.false(matches('b$', 'abc'));
  t.true(matches('^abc$', 'abc'));
  t.true(matches('^$', ''));
  t.false(matches('^$', 'a'));
});

test('(?i) ignores the case, of what a class leaves out too', (t) => {
  t.true(matches('(?i)^node-[a-f]$', 'Node-B'));
  t.false(matches('^node', 'Node'));
  t.false(matches('(?i)^[^a]$', 'A'));
});

const refused = test.macro({
  exec: (t, text: string, message: string) => {
    t.throws(() => new RegularExpression(text), { code: 'invalid', message });
  },
  title: (_, text) => `refused: ${text}`,
});

test(refused, '(', 'a ( is not closed');
test(refused, 'a)', 'a ) has no (');
test(refused, '[a', 'a [ is not closed');
test(refused, '[z-a]', 'a range has no order');
test(refused, '*a', 'there is nothing to repeat before *');
test(refused, 'a**', 'there is nothing to repeat before *');
test(refused, '^*', 'there is nothing to repeat');
test(refused, 'a{2,1}', '{2,1} has no order');
test(refused, 'a{1001}', 'it repeats more than 1000 times');
test(refused, '(a{100}){100}', 'it is too large');
test(refused, '((((){1000}){1000}){1000}){1000}', 'it is too large');
test(refused, '(a)\\1', '\\1 is not known');
test(refused, '(?=a)', 'groups that begin with (?= are not known');
test(refused, 'a\\', 'it ends with a backslash');

/** Expressions over a and b, of everything there is. */
const { expression } = fc.letrec<{ expression: string; one: string }>((tie) => ({
  one: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '\\d', '^', '$', 'A'),
    tie('expression').map((inner) => `(${inner})`),
  ),
  expression: fc
    .array(fc.tuple(tie('one'), fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,3}', '{2,}', '*?', '|')), {
      maxLength: 4,
    })
    .map((parts) => parts.map(([one, suffix]) => (/^[$^]$/.test(one) && suffix !== '|' ? one : one + suffix)).join('')),
}));

/** One of a few thousand that are drawn nests its counts so deep that it is refused. */
function readUnlessTooLarge(source: string): RegularExpression | undefined {
  try {
    return new RegularExpression(source);
  } catch (error) {
    if (error instanceof Error && error.message === 'it is too large') return undefined;
    throw error;
  }
}

test('it matches what JavaScript’s own matches', (t) => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '1', '\n'), maxLength: 8 });
  fc.assert(
    fc.property(
      expression,
      fc.array(text, { minLength: 5, maxLength: 5 }),
      fc.boolean(),
      (source, texts, isAnyCase) => {
        const ours = readUnlessTooLarge(isAnyCase ? `(?i)${source}` : source);
        fc.pre(ours !== undefined);
        const theirs = new RegExp(source, isAnyCase ? 'i' : '');
        for (const each of texts) if (ours.matches(each) !== theirs.test(each)) return false;
        return true;
      },
    ),
    { numRuns: 3000 },
  );
  t.pass();
});

test('what takes others for ever comes to an end', (t) => {
  for (const source of ['^(a+)+$', '^(a|aa)+$', '(.*a){12}', 'a*a*a*a*a*a*a*a*c']) {
    t.false(matches(source, `${'a'.repeat(200)}b`) && source !== '(.*a){12}');
  }
});
