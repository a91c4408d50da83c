import test from 'ava';
import { Refusal } from '../../src/engines/docker-failures.ts';
import { followPull } from '../../src/engines/docker-pull.ts';

async function* chunked(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function progressOf(text: string, size: number): Promise<string[]> {
  const seen: string[] = [];
  await followPull(chunked(text, size), (status) => seen.push(status));
  return seen;
}

for (const size of [1, 7, 10_000]) {
  test(`progress is read in pieces of ${size} bytes`, async (t) => {
    const lines = [
      '{"status":"Pulling from x","id":"1"}',
      '',
      '{"status":"schön"}',
      '{"progressDetail":{}}',
      '{"status":"end"}',
    ];
    t.deepEqual(await progressOf(lines.join('\r\n'), size), ['1: Pulling from x', 'schön', 'end']);
  });

  test(`a failure ends the pull, in pieces of ${size} bytes`, async (t) => {
    const lines =
      '{"status":"Pulling"}\n{"errorDetail":{"message":"manifest unknown"},"error":"short"}\n{"status":"after"}\n';
    await t.throwsAsync(progressOf(lines, size), { instanceOf: Refusal, message: 'manifest unknown' });
  });
}

test('an error without detail is a failure', async (t) => {
  await t.throwsAsync(progressOf('{"error":"denied"}', 100), { instanceOf: Refusal, message: 'denied' });
});

test('a line without an end is refused', async (t) => {
  await t.throwsAsync(progressOf('x'.repeat(3_000_000), 65_536), { instanceOf: Refusal, message: /without an end/ });
});

test('what is no JSON throws', async (t) => {
  await t.throwsAsync(progressOf('<html>\n', 100), { instanceOf: SyntaxError });
});
