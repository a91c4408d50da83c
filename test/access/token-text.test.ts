import test from 'ava';
import fc from 'fast-check';
import { hashOfToken, isTokenText, makeToken } from '../../src/access/token-text.ts';

test('a token has a prefix, 256 random bits and a checksum that detects typos', (t) => {
  const tokens = new Set(Array.from({ length: 200 }, makeToken));
  t.is(tokens.size, 200);
  for (const token of tokens) {
    t.regex(token, /^satsuma_[0-9A-Za-z]{49}$/);
    t.true(isTokenText(token));
    const last = token.at(-10) === 'x' ? 'y' : 'x';
    t.false(isTokenText(token.slice(0, -10) + last + token.slice(-9)), 'one letter is another one');
    t.is(hashOfToken(token).length, 64);
  }
});

test('other text is not a token', (t) => {
  fc.assert(fc.property(fc.string(), (text) => !isTokenText(text) && !isTokenText(`satsuma_${text}`)));
  t.false(isTokenText(`${makeToken()}\n`));
  t.pass();
});
