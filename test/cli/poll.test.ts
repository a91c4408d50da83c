import test from 'ava';
import { ApiError, ServerAwayError } from '../../src/cli/api-client.ts';
import { poll } from '../../src/cli/poll.ts';

const io = {
  stdout: () => undefined,
  stderr: () => undefined,
  control: () => undefined,
  pipe: () => Promise.resolve(true),
};
const timeout = { goesOn: 'the update goes on' };

/** What the looks give or throw, one after the other. */
function looks(...outcomes: readonly unknown[]): () => Promise<unknown> {
  const left = [...outcomes];
  return async () => {
    const outcome = left.shift();
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
}

test('a server that is away for a moment, or whose store is, is waited for', async (t) => {
  const away = new ServerAwayError('http://127.0.0.1:1', new Error('ECONNREFUSED'));
  const without = new ApiError(503, 'the store is away', undefined);
  t.is(await poll(io, timeout, looks(away, without, undefined, 'done')), 'done');
});

test('any other answer is one', async (t) => {
  const gone = new ApiError(404, 'no such service', undefined);
  t.is(await t.throwsAsync(poll(io, timeout, looks(undefined, gone, 'done'))), gone);
});

test('when the time is over it is said what goes on', async (t) => {
  await t.throwsAsync(poll(io, { ...timeout, timeoutSeconds: 0 }, looks(undefined)), {
    message: 'not done after 0 seconds: the update goes on',
  });
});
