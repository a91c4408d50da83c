import test from 'ava';
import { readAnswer } from '../../../src/commands/relay/read-answer.ts';

function answered(text: string, size = text.length) {
  const bytes = (async function* () {
    const whole = Buffer.from(text);
    for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
  })();
  const refusal = () => Promise.reject(new Error('it is no refusal'));
  return { status: 200, headers: {}, bytes, refusal };
}

test('a list is read entry by entry, however its bytes come', async (t) => {
  const list = [{ a: '],}[{"\\\\"\\', b: [1, [2, {}], 'é, ü'] }, 'text, "quoted"', [], null, 1.5, { c: '\u005d' }];
  const text = ` \n${JSON.stringify(list, undefined, 1)}\n`;
  for (const size of [1, 2, 3, 7, 64, text.length * 2]) t.deepEqual(await readAnswer(answered(text, size)), list);
  t.deepEqual(await readAnswer(answered('[ ]')), []);
  t.deepEqual(await readAnswer(answered('{"a":[1]}', 2)), { a: [1] });
});

test('an answer that is cut, makes no sense or is too long is refused', async (t) => {
  for (const text of ['[{"a":1},', '[{"a":1', '["a', '[1,,2]', '[1 2]', '{"a":'])
    await t.throwsAsync(readAnswer(answered(text)), { code: 'engine_refused', message: /no JSON/ }, text);
  const entry = `[${JSON.stringify('x'.repeat(5 * 2 ** 20))}]`;
  await t.throwsAsync(readAnswer(answered(entry, 65_536)), { code: 'engine_refused' });
  await t.throwsAsync(readAnswer(answered(`{"a":"${'x'.repeat(9 * 2 ** 20)}"}`, 65_536)), { message: /bytes or more/ });
  await t.throwsAsync(readAnswer(answered(`[${'1,'.repeat(110_000)}1]`, 65_536)), { code: 'engine_refused' });
  await t.throwsAsync(readAnswer(answered('[1,2,3]'), { left: 5 }), { message: /too long together/ });
});
