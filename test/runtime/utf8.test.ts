import test from 'ava';
import { wholeCharacters, withoutRest } from '../../src/runtime/utf8.ts';

for (const text of ['a', 'ö', '€', '🍊']) {
  test(`splitting ${JSON.stringify(text)} keeps complete characters, at the end and at the start`, (t) => {
    const bytes = Buffer.from(`xy${text}z`);
    const length = Buffer.byteLength(text);
    for (let kept = 0; kept < length; kept++) {
      t.is(wholeCharacters(bytes.subarray(0, 2 + kept)), 2, `${kept} bytes`);
      t.is(String(withoutRest(bytes.subarray(2 + length - kept))), 'z', `${kept} bytes`);
    }
    t.is(wholeCharacters(bytes.subarray(0, 2 + length)), 2 + length);
    t.is(withoutRest(bytes.subarray(2)).length, length + 1);
  });
}

test('bytes that are not UTF-8 are unchanged', (t) => {
  const bytes = Buffer.alloc(8, 0x80);
  t.is(wholeCharacters(bytes), 8);
  t.is(withoutRest(bytes).length, 8);
  t.is(wholeCharacters(Buffer.alloc(0)), 0);
});
