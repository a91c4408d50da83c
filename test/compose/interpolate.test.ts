// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Compose files are written so.
import test from 'ava';
import { Problems } from '../../src/application/problems.ts';
import { interpolate } from '../../src/compose/interpolate.ts';
import { readVariables } from '../../src/compose/read-variables.ts';

const variables = { A: 'one', EMPTY: '', B: 'two' };

function filled(text: string) {
  const said: string[] = [];
  const value = interpolate(text, {
    variables,
    fail: (why) => said.push(why),
    warn: (why) => said.push(`warning: ${why}`),
  });
  return { value, said };
}

for (const [text, value] of [
  ['plain', 'plain'],
  ['$A-${B}', 'one-two'],
  ['$$A costs $$5', '$A costs $5'],
  ['${EMPTY:-default}|${EMPTY-default}|${NONE-default}', 'default||default'],
  ['${A:+other}|${EMPTY:+other}|${EMPTY+other}|${NONE+other}', 'other||other|'],
  ['${NONE:-${A}-$B}', 'one-two'],
  ['${NONE:-{}}', '{}'],
  ['${A:?must be there}', 'one'],
  ['${NONE:-}', ''],
] as const) {
  test(`${text} becomes ${value}`, (t) => t.deepEqual(filled(text), { value, said: [] }));
}

test('what is not set is an empty text with a warning, or is refused in the words of the file', (t) => {
  t.deepEqual(filled('<$NONE>'), {
    value: '<>',
    said: ['warning: the variable NONE is not set: it is taken for an empty text'],
  });
  t.deepEqual(filled('${NONE:?say $A}').said, ['needs the variable NONE, which is not set: say one']);
  t.deepEqual(filled('${EMPTY:?}').said, ['needs the variable EMPTY, which is not set']);
});

for (const text of ['$', 'a $ b', '${', '${A', '${1}', '${A!b}', '$-']) {
  test(`${text} is refused`, (t) => {
    t.regex(filled(text).said.join(), /^has a "\$" that begins no variable/);
  });
}

test('a file of variables is read as a shell reads it', (t) => {
  const problems = new Problems();
  const text = [
    '\uFEFF# remark',
    'A=1',
    'export B = two words # remark',
    "C='as $A is # kept'",
    'D="line\\nand $A \\"quoted\\" \\$A"',
    'E="two',
    'lines"',
    'F=$A-${HOME}',
    'G=a#b',
    'HOME',
    'NOWHERE',
    'EMPTY=',
  ].join('\r\n');
  t.deepEqual(readVariables({ file: '.env', text }, { HOME: '/root' }, problems), {
    ...{ A: '1', B: 'two words', C: 'as $A is # kept', D: 'line\nand 1 "quoted" $A', E: 'two\nlines' },
    ...{ F: '1-/root', G: 'a#b', HOME: '/root', EMPTY: '' },
  });
  problems.refuse();
});

test('a line of a file of variables that is none is refused with its number', (t) => {
  const problems = new Problems();
  readVariables({ file: '.env', text: 'A=1\n=2\nB="never ends' }, {}, problems);
  t.throws(() => problems.refuse(), {
    message:
      '.env:2: must be NAME=VALUE, and is not\n.env:3: the value of "B" has a " that does not end, or something behind it',
  });
});
