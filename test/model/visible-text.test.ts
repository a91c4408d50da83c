import test from 'ava';
import { visibleLines, visibleText } from '../../src/model/visible-text.ts';

for (const [what, text, shown] of [
  ['an escape sequence', 'a\x1b[2Jb', 'a\\x1b[2Jb'],
  ['a bell', 'a\x07b', 'a\\x07b'],
  ['lines and tabs', 'a\nb\r\n\tc', 'a\\nb\\r\\n\\tc'],
  ['a control sequence of one character', 'a\u009b31mb', 'a\\u009b31mb'],
  ['a delete', 'a\x7fb', 'a\\u007fb'],
  ['a change of direction', 'a\u202eb\u2066c', 'a\\u202eb\\u2066c'],
  ['a line separator', 'a\u2028b', 'a\\u2028b'],
  ['a space without width', 'a\u200bb', 'a\\u200bb'],
  ['half a character', 'a\ud800b', 'a\\ud800b'],
  ['a tag', 'a\u{e0041}b', 'a\\udb40\\udc41b'],
] as const) {
  test(`${what} is escaped`, (t) => {
    t.is(visibleText(text), shown);
    t.is(visibleText(shown), shown);
  });
}

test('ordinary text is unchanged', (t) => {
  for (const text of ['zwei: ä', '日本語', 'C:\\new', '👩‍💻', '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645']) {
    t.is(visibleText(text), text);
    t.is(visibleLines(text), text);
  }
});

test('line breaks are kept, and JSON keeps its value', (t) => {
  t.is(visibleLines('a\n  b\tc\x1b\n'), 'a\n  b\tc\\x1b\n');
  const value = { label: '\x1b[2J\n\u009b\u202e\x7f\ud800\u{e0041}' };
  const text = JSON.stringify(value, undefined, 2);
  t.deepEqual(JSON.parse(visibleLines(text)), value);
  t.notRegex(visibleLines(text), /[\u007f-\u009f\u202e]/);
});
