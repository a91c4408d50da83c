import test from 'ava';
import type { ReplicaView } from '../../../src/decisions/services/replica-view.ts';
import { isFaultOfReplica, presentWaits, retainWaits, waitAfter } from '../../../src/decisions/services/waits.ts';
import { type ErrorCode, SatsumaError } from '../../../src/model/errors.ts';
import type { SlotWait } from '../../../src/model/service.ts';
import { now, view } from './views.ts';

const failed = { code: 'replica_failed', message: 'it ended' } as const;
const noRoom = { code: 'unschedulable', message: 'no room', details: { cpus: 3 } } as const;

function waitsMs({ until }: SlotWait): number {
  return Date.parse(until) - now;
}

test('each failure in a row doubles the wait, up to a minute', (t) => {
  const waits: number[] = [];
  let wait: SlotWait | undefined;
  for (let times = 0; times < 9; times++) {
    wait = waitAfter(wait, failed, now);
    waits.push(waitsMs(wait));
  }
  t.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

test('however often it failed the wait is a time', (t) => {
  const before = { ...waitAfter(undefined, failed, now), failures: 1_000_000 };
  t.is(waitsMs(waitAfter(before, failed, now)), 60_000);
});

test('the engines on which replicas failed are kept, the latest first, and not too many', (t) => {
  let wait = waitAfter(undefined, { ...failed, engineId: 'a' }, now);
  wait = waitAfter(waitAfter(wait, noRoom, now), { ...failed, engineId: 'b' }, now);
  t.deepEqual(waitAfter(wait, { ...failed, engineId: 'a' }, now).failedOn, ['a', 'b']);
  for (const engineId of 'cdefgh') wait = waitAfter(wait, { ...failed, engineId }, now);
  t.deepEqual(wait.failedOn, ['h', 'g', 'f', 'e', 'd']);
});

test('a lack of room is no failure, and is looked at again in a second', (t) => {
  const wait = waitAfter(waitAfter(undefined, noRoom, now), noRoom, now);
  t.like(wait, { failures: 0, code: 'unschedulable', details: { cpus: 3 } });
  t.is(waitsMs(wait), 1000);
});

test('a lack of room in between does not forgive failures', (t) => {
  const wait = waitAfter(waitAfter(waitAfter(undefined, failed, now), noRoom, now), failed, now);
  t.is(wait.failures, 2);
});

test('since tells when the trouble began, not when it came last', (t) => {
  const first = waitAfter(undefined, failed, now - 5000);
  t.is(waitAfter(first, failed, now).since, first.since);
  t.is(waitAfter(first, noRoom, now).since, new Date(now).toISOString());
});

const crashing = waitAfter(undefined, failed, now);
const waiting = waitAfter(undefined, noRoom, now);

const keeps = test.macro({
  exec(t, wait: SlotWait, replicas: readonly ReplicaView[], isKept: boolean) {
    const kept = retainWaits({ '1': wait }, { slots: ['1'], replicas, template: 2, now });
    t.deepEqual(kept, isKept ? { '1': wait } : {});
  },
  title: (fact = '') => fact,
});

const ofNew = (changes: Partial<ReplicaView>) => view({ generation: 2, ...changes });
test('an empty slot keeps its wait', keeps, crashing, [], true);
test('a replica that is ready ends a wait for room', keeps, waiting, [ofNew({ since: now })], false);
test('one that starts does not', keeps, waiting, [ofNew({ state: 'starting' })], true);
test('one that became ready just now may crash again', keeps, crashing, [ofNew({ since: now - 60_000 })], true);
test(
  'one that does well for more than a minute is no crash loop',
  keeps,
  crashing,
  [ofNew({ since: now - 60_001 })],
  false,
);
test(
  'an old one that serves meanwhile says nothing of the new one that crashes',
  keeps,
  crashing,
  [view({ since: now - 3_600_000 })],
  true,
);
test('nor of the room there is for the new one', keeps, waiting, [view({ since: now - 3_600_000 })], true);
test('nor does one that is on a drained engine', keeps, waiting, [ofNew({ isDisplaced: true })], true);

test('slots that are wanted no more are forgotten', (t) => {
  t.deepEqual(retainWaits({ '2': crashing }, { slots: ['1'], replicas: [], template: 1, now }), {});
});

const blames = test.macro({
  exec: (t, code: ErrorCode, isBlamed: boolean) => t.is(isFaultOfReplica(new SatsumaError(code, '')), isBlamed),
  title: (_, code, isBlamed) => `${code} is ${isBlamed ? 'a' : 'no'} fault of the replica`,
});

for (const code of ['no_such_image', 'pull_failed', 'engine_refused', 'engine_lacks', 'unknown_type'] as const)
  test(blames, code, true);
for (const code of ['unschedulable', 'reservation_lost', 'engine_unreachable', 'engine_timeout'] as const) {
  test(blames, code, false);
}

test('what failed says nothing of what was asked for later', (t) => {
  const waiting = { 1: waitAfter(undefined, failed, now) };
  const status = { replicas: {}, waiting, asked: { generation: 2, resumes: 0 } };
  t.is(presentWaits(status, { generation: 2, resumes: 0 }), waiting);
  t.deepEqual(presentWaits(status, { generation: 3, resumes: 0 }), {});
  t.deepEqual(presentWaits(status, { generation: 2, resumes: 1 }), {});
});
