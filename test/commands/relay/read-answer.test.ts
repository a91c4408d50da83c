import test from 'ava';
import { readAnswer } from '../../../src/commands/relay/read-answer.ts';

test('what an engine refuses is told in its words, without passwords and environments that they quote', async (t) => {
  const refused = (message: string) => {
    const bytes = (async function* () {
      yield Buffer.from(JSON.stringify({ message }));
    })();
    return readAnswer({ status: 500, headers: {}, bytes });
  };
  await t.throwsAsync(refused('Get "https://ci:hunter2@r.example/v2/":\nno such host'), {
    code: 'engine_refused',
    message: 'Get "https://r.example/v2/": no such host',
  });
  await t.throwsAsync(refused('invalid environment variable: DB=hunter2'), { message: 'invalid environment variable' });
});

function answered(text: string, size = text.length) {
  const bytes = (async function* () {
    const whole = Buffer.from(text);
    for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
  })();
  return { status: 200, headers: {}, bytes };
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
