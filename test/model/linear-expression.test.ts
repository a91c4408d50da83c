import test from 'ava';
import fc from 'fast-check';
import { LinearExpression } from '../../src/model/linear-expression.ts';

const matches = (source: string, candidate: string) => new LinearExpression(source).matches(candidate);

test('it matches anywhere unless anchored by ^ and $', (t) => {
  t.true(matches('b', 'abc'));
  t.false(matches('^b', 'abc'));
  t.false(matches('b$', 'abc'));
  t.true(matches('^abc$', 'abc'));
  t.true(matches('^$', ''));
  t.false(matches('^$', 'a'));
});

test('(?i) ignores case, also in negated classes', (t) => {
  t.true(matches('(?i)^node-[a-f]$', 'Node-B'));
  t.false(matches('^node', 'Node'));
  t.false(matches('(?i)^[^a]$', 'A'));
});

test('syntax that JavaScript accepts and RE2 does not is accepted', (t) => {
  t.false(matches('[]', 'a'));
  t.true(matches('^[^]$', '\n'));
  t.true(matches('^\\é\\-\\/\\_$', 'é-/_'));
  t.true(matches('^[\\é-]+$', 'é-'));
});

const refused = test.macro({
  exec: (t, source: string, message: RegExp) => {
    t.throws(() => new LinearExpression(source), { code: 'invalid', message });
  },
  title: (_, source: string) => `refused: ${source.slice(0, 40)}`,
});

test(refused, '(', /missing closing \)/);
test(refused, 'a)', /unexpected \)/);
test(refused, '[a', /missing closing \]/);
test(refused, '[z-a]', /invalid character class range/);
test(refused, '*a', /missing argument to repetition operator/);
test(refused, 'a**', /invalid nested repetition operator/);
test(refused, 'a{2,1}', /invalid repeat count/);
test(refused, 'a{1001}', /too large/);
test(refused, '(a{100}){100}', /too large/);
test(refused, '((((){1000}){1000}){1000}){1000}', /too large/);
test(refused, `(${'ab?'.repeat(80)}){1000}`, /too large/);
test(refused, '(a?){1000}'.repeat(25), /too large/);
test(refused, '(a)\\1', /invalid escape sequence/);
test(refused, '(?=a)', /unsupported Perl syntax/);
test(refused, '(?<!a)b', /invalid/);
test(refused, 'a\\', /trailing backslash/);
test(refused, '\\Qa\\E', /not known/);

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
function readUnlessTooLarge(source: string): LinearExpression | undefined {
  try {
    return new LinearExpression(source);
  } catch (error) {
    if (error instanceof Error && /too large|invalid repeat count/.test(error.message)) return undefined;
    throw error;
  }
}

test('it matches the same texts as JavaScript', (t) => {
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
    { numRuns: 1000 },
  );
  t.pass();
});

test('expressions with catastrophic backtracking terminate', (t) => {
  for (const source of ['^(a+)+$', '^(a|aa)+$', '(.*a){12}', 'a*a*a*a*a*a*a*a*c']) {
    t.false(matches(source, `${'a'.repeat(200)}b`) && source !== '(.*a){12}');
  }
});

test('an expression with too many states is rejected, and others still match', (t) => {
  const texts = fc.sample(fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 128, maxLength: 128 }), 1000);
  for (const source of ['[ab]*a[ab]{64}$', '[ab]*a[ab]{250}$', '^(.*a.?){32}(.{0,64})[^a-z]$', '(.*a.?){100}c$']) {
    const hard = new LinearExpression(source);
    const all = () => texts.map((each) => hard.matches(each));
    t.throws(all, { code: 'invalid', message: /too complex/ }, source);
    t.throws(() => hard.matches('a'), { code: 'invalid' }, 'nor is it tried again');
  }
  for (const source of [
    '^[ab]*ba?$',
    '(a|b)*',
    'x{1000}',
    `${'.*'.repeat(120)}N`,
    '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$',
  ]) {
    const easy = new LinearExpression(source);
    t.notThrows(() => texts.map((each) => easy.matches(each)), source);
  }
});
