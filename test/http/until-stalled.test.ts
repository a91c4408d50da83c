import test from 'ava';
import { untilStalled } from '../../src/http/until-stalled.ts';

async function* lines(signal: AbortSignal): AsyncGenerator<Buffer> {
  for (let i = 1; ; i++) {
    signal.throwIfAborted();
    yield Buffer.from(`line ${i}\n`);
  }
}

/** A reader of something without an end. */
function reader(stalledMs: number) {
  const gone = new AbortController();
  let [isReleased, isDisconnected] = [() => {}, () => {}];
  const released = new Promise<void>((resolve) => (isReleased = resolve));
  const disconnected = new Promise<void>((resolve) => (isDisconnected = resolve));
  const release = () => {
    gone.abort();
    isReleased();
  };
  const bytes = untilStalled(lines(gone.signal), { stalledMs, release, disconnect: () => isDisconnected() });
  const next = async () => String((await bytes.next()).value);
  return { bytes, next, gone, released, disconnected };
}

test('a reader that reads, however slowly, is never cut off', async (t) => {
  const { next, bytes, gone } = reader(60_000);
  for (let i = 1; i <= 1_000; i++) t.is(await next(), `line ${i}\n`);
  await bytes.return(undefined);
  t.false(gone.signal.aborted);
});

test('a reader that takes nothing gives up what it holds at the engine, and is told so when it comes back', async (t) => {
  const { next, released } = reader(500);
  t.is(await next(), 'line 1\n');
  await released;
  t.is(await next(), '\nsatsuma: cut off, because nothing was read for 0.5 seconds\n');
  t.is(await next(), 'undefined');
});

test('a reader that does not come back is disconnected', async (t) => {
  const { next, disconnected } = reader(20);
  await next();
  await disconnected;
  t.pass();
});
