import test from 'ava';
import { couldExplode } from '../../../src/model/expression/could-explode.ts';

const explodes = test.macro({
  exec(t, text: string, expected: boolean) {
    t.is(couldExplode(text), expected);
  },
  title: (_, text: string, expected: boolean) =>
    `${text.slice(0, 60)} ${expected ? 'could' : 'could not'} take exponential time`,
});

for (const text of [
  ...['(a+)+', '(a*)*', '(a+)+$', '^(a+)+$', '(a|a)*', '(a|aa)+', '(a|a?)+', '([a-zA-Z]+)*', '(.*a){12}', '(.*)*b'],
  ...['(x+x+)+y', '([a-z0-9]+[a-z]*)+', '(\\w|\\d)+', '((a|b)*c|b*a)*', '(a+){10}', '(([a-z])+.)+[A-Z]([a-z])+$'],
  ...['^(([a-z])+\\w)+$', '(?i)(a|A)+', '(ab|a|b)+', '(|a+)+', `(${Array.from({ length: 60 }, () => '.').join('|')})*`],
]) {
  test(explodes, text, true);
}

for (const text of [
  ...['', 'a', 'a*', 'a+b+', 'a*a*a*b', '^node-[0-9]+$', '(a|b)*', '(ab|cd)+', '(?i)node', '(a?b?)*', '(a?)*'],
  ...[
    '^(\\d{1,3}\\.){3}\\d{1,3}$',
    '^eu-(west|east)-[1-3]$',
    '([a-z]+-)*[0-9]+',
    '(a|b|ab)',
    '(^|-)web(-|$)',
    'x{1000}',
  ],
  ...[Array.from('abcdefghijklmnopqrstuvwxyz').join('|'), `(${Array.from('abcdefghijklmnopqrstuvwxyz').join('|')})*`],
]) {
  test(explodes, text, false);
}
