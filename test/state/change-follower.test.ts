import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import test from 'ava';
import { createLogger } from '../../src/logging/logger.ts';
import { SatsumaError } from '../../src/model/errors.ts';
import { ChangeFollower } from '../../src/state/change-follower.ts';
import type { Change, Store } from '../../src/store/store.ts';

/** A store of which only the feed is asked, and what a reader is told of it. */
function scene() {
  const reported: (string | number)[] = [];
  const feed = { head: 0, epoch: 'one', queue: [] as (Change | 'lost')[], wake: (): void => {}, from: [] as number[] };
  const store = {
    position: async () => ({ epoch: feed.epoch, version: feed.head }),
    async *follow(after: number, signal: AbortSignal) {
      feed.from.push(after);
      while (!signal.aborted) {
        const next = feed.queue.shift();
        if (next === 'lost') throw new SatsumaError('store_unavailable', 'lost');
        // As the stores do: what waits when the reading ends is not given.
        if (next && !signal.aborted) yield next;
        else if (!signal.aborted)
          await new Promise<void>((resolve) => {
            feed.wake = resolve;
            signal.addEventListener('abort', () => resolve(), { once: true });
          });
      }
    },
  } as unknown as Store;
  const reading = { isOver: Promise.resolve() };
  const reader = {
    load: async () => {
      reported.push('load');
      await reading.isOver;
    },
    apply: (change: Exclude<Change, { kind: 'reset' }>) => void reported.push(change.version),
  };
  const tell = (change: Change | 'lost') => {
    if (change !== 'lost') feed.head = change.version;
    feed.queue.push(change);
    feed.wake();
  };
  return {
    reported,
    feed,
    store,
    tell,
    reading,
    follower: new ChangeFollower(store, reader, createLogger({ level: 'silent' })),
  };
}

const change = (version: number): Change => ({ kind: 'engine', id: 'a', version });

test('everything is loaded once, then each change is applied', async (t) => {
  const { reported, tell, follower } = scene();
  await follower.start();
  tell(change(1));
  tell(change(2));
  await follower.catchUp();
  await follower.stop();
  t.deepEqual(reported, ['load', 1, 2]);
});

test('after a lost connection everything is reloaded: the store may have lost its last writes', async (t) => {
  const { reported, tell, follower } = scene();
  await follower.start();
  tell(change(1));
  tell('lost');
  tell(change(2));
  await follower.catchUp();
  await follower.stop();
  t.deepEqual(reported.slice(0, 3), ['load', 1, 'load']);
});

test('a store that is away for several tries is read before it is followed again', async (t) => {
  const { feed, tell, follower, store } = scene();
  await follower.start();
  const { position } = store;
  let away = 2;
  store.position = async () => {
    if (away-- > 0) throw new SatsumaError('store_unavailable', 'away');
    // It lost its last writes, and reused their versions.
    feed.head = 7;
    return await position();
  };
  tell('lost');
  while (feed.from.length < 2) await pause(5);
  await follower.stop();
  t.true(away < 0);
  t.deepEqual(feed.from, [0, 7], 'and never from what was known before');
});

test('a feed without the cursor’s position causes a reload', async (t) => {
  const { reported, tell, follower } = scene();
  await follower.start();
  tell({ kind: 'reset', version: 9 });
  await follower.catchUp();
  await follower.stop();
  t.deepEqual(reported, ['load', 'load']);
});

test('a store that restarted from an earlier version is reloaded before its changes count', async (t) => {
  const { reported, feed, tell, follower } = scene();
  await follower.start();
  tell(change(500));
  await follower.catchUp();
  feed.head = 3;
  await follower.catchUp();
  tell(change(4));
  await follower.catchUp();
  await follower.stop();
  t.deepEqual(reported, ['load', 500, 'load', 4]);
  t.deepEqual(feed.from, [0, 3], 'the feed goes on from there');
});

test('a store that was emptied and refilled past the cursor is reloaded before its changes count', async (t) => {
  const { reported, feed, tell, follower } = scene();
  await follower.start();
  tell(change(5));
  await follower.catchUp();
  Object.assign(feed, { epoch: 'two', head: 60 });
  await follower.catchUp();
  t.deepEqual([follower.epoch, follower.version], ['two', 60]);
  tell(change(61));
  await follower.catchUp();
  await follower.stop();
  t.deepEqual(reported, ['load', 5, 'load', 61]);
  t.deepEqual(feed.from, [0, 60]);
});

test('a version that never appears in the feed causes a reload', async (t) => {
  const { reported, feed, tell, follower } = scene();
  await follower.start();
  feed.head = 7;
  await follower.catchUp();
  tell(change(8));
  await follower.catchUp();
  await follower.stop();
  t.deepEqual(reported, ['load', 'load', 8]);
});

test('callers during a reload share it', async (t) => {
  const { reported, feed, follower } = scene();
  await follower.start();
  feed.epoch = 'two';
  await Promise.all(Array.from({ length: 20 }, () => follower.catchUp()));
  await follower.stop();
  t.deepEqual(reported, ['load', 'load']);
});

test('a store that is emptied during a load is loaded again by catchUp', async (t) => {
  const { reported, feed, follower, reading } = scene();
  await follower.start();
  feed.epoch = 'two';
  let finish = (): void => undefined;
  reading.isOver = new Promise((resolve) => {
    finish = resolve;
  });
  const first = follower.catchUp();
  while (reported.length < 2) await nextTurn();
  feed.epoch = 'three';
  const second = follower.catchUp();
  await nextTurn();
  finish();
  await Promise.all([first, second]);
  t.is(follower.epoch, 'three');
  await follower.stop();
  t.deepEqual(reported, ['load', 'load', 'load']);
});

test('a feed that is late but has progress is waited for', async (t) => {
  const { reported, feed, tell, follower } = scene();
  await follower.start();
  feed.head = 9;
  const caughtUp = follower.catchUp();
  for (let version = 1; version <= 9; version++) {
    await pause(100);
    tell(change(version));
    feed.head = 9;
  }
  await caughtUp;
  await follower.stop();
  t.deepEqual(reported, ['load', 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
