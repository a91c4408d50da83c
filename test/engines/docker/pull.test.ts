import test from 'ava';
import { EngineHttpError, InvalidResponse } from '../../../src/engines/docker/failures.ts';
import { followPull } from '../../../src/engines/docker/pull.ts';

async function* chunked(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function progressOf(text: string, size: number): Promise<string[]> {
  const seen: string[] = [];
  await followPull(chunked(text, size), ({ layer, status }) => {
    seen.push(layer === undefined ? status : `${layer}: ${status}`);
  });
  return seen;
}

for (const size of [1, 7, 10_000]) {
  test(`progress is read in chunks of ${size} bytes`, async (t) => {
    const lines = [
      '{"status":"Pulling from x","id":"latest"}',
      '{"status":"Waiting","id":"0123456789ab"}',
      '',
      '{"status":"schön"}',
      '{"progressDetail":{}}',
      '{"status":"end"}',
    ];
    t.deepEqual(await progressOf(lines.join('\r\n'), size), [
      'Pulling from x',
      '0123456789ab: Waiting',
      'schön',
      'end',
    ]);
  });

  test(`an error ends the pull, in chunks of ${size} bytes`, async (t) => {
    const lines =
      '{"status":"Pulling"}\n{"errorDetail":{"message":"manifest unknown"},"error":"short"}\n{"status":"after"}\n';
    await t.throwsAsync(progressOf(lines, size), { instanceOf: EngineHttpError, message: 'manifest unknown' });
  });
}

test('an error without detail is an error', async (t) => {
  await t.throwsAsync(progressOf('{"error":"denied"}', 100), { instanceOf: EngineHttpError, message: 'denied' });
});

test('an endless line is rejected', async (t) => {
  await t.throwsAsync(progressOf('x'.repeat(3_000_000), 65_536), {
    instanceOf: InvalidResponse,
    message: /without an end/,
  });
});

for (const line of ['<html>', 'null', '[]', '5', '{"errorDetail":5}']) {
  test(`${line} is not progress`, async (t) => {
    await t.throwsAsync(progressOf(`${line}\n`, 100), { instanceOf: InvalidResponse });
  });
}

test('an error without a message is an error', async (t) => {
  for (const error of ['{"toString":1}', 'null', '{"errorDetail":{"message":[]}}']) {
    const line = error.includes('errorDetail') ? error : `{"error":${error}}`;
    await t.throwsAsync(progressOf(line, 100), { instanceOf: EngineHttpError, message: 'no reason given' });
  }
});

test('progress without a status is ignored', async (t) => {
  t.deepEqual(await progressOf('{"status":{"toString":1},"id":5}\n{"status":"x","id":5}', 100), ['x']);
});
