import test from 'ava';
import { jsonLinesOf } from '../../web/json-lines.ts';

async function read(...pieces: readonly string[]): Promise<readonly unknown[]> {
  const body = ReadableStream.from(pieces.map((each) => new TextEncoder().encode(each)));
  const found: unknown[] = [];
  for await (const line of jsonLinesOf(new Response(body as ReadableStream))) found.push(line);
  return found;
}

test('a line may come in pieces, and the last one without an end', async (t) => {
  t.deepEqual(await read('{"a":', '1}\n\n{"a":2}\n{"a"', ':3}'), [{ a: 1 }, { a: 2 }, { a: 3 }]);
});

test('the sentence of a stream that breaks off is thrown', async (t) => {
  const error = { code: 'server_stopping', message: 'the server stops' };
  await t.throwsAsync(read('{"a":1}\n', `${JSON.stringify({ error })}\n`), { message: 'the server stops' });
});
