import test from 'ava';
import { exitCodeOf } from '../../src/cli/exit-codes.ts';
import { jsonLines } from '../../src/cli/json-lines.ts';
import { exitLikeProcess } from '../../src/cli/session-end.ts';

const io = { stdout: () => undefined, stderr: () => undefined, control: () => undefined, pipe: async () => true };

async function* answer(...lines: readonly unknown[]): AsyncGenerator<Buffer> {
  for (const line of lines) yield Buffer.from(`${JSON.stringify(line)}\n`);
}

async function read(stream: AsyncIterable<Buffer>): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const value of jsonLines(stream)) values.push(value);
  return values;
}

const ends = test.macro(async (t, code: string, exitCode: number) => {
  const error = { code, message: 'it broke', details: { at: 1 } };
  const thrown = await t.throwsAsync(read(answer({ a: 1 }, { error })), { message: 'it broke' });
  t.is(exitCodeOf(thrown), exitCode as never);
  const ended = t.throws(() => exitLikeProcess(io, error), { message: 'it broke' });
  t.is(exitCodeOf(ended), exitCode as never);
});
test('a stream that ends with what is not there ends with 3', ends, 'no_such_container', 3);
test('a stream that ends with a conflict ends with 4', ends, 'wrong_state', 4);
test('a stream that ends with a bad request ends with 2', ends, 'invalid', 2);
test('a stream that ends with a failed engine ends with 1', ends, 'engine_timeout', 1);
test('a stream that ends with a code of a newer server ends with 1', ends, 'of_tomorrow', 1);
test('a stream that ends with a word of JavaScript ends with 1', ends, 'constructor', 1);
