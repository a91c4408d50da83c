import test from 'ava';
import type { ClusterEvent } from '../../src/model/cluster-event.ts';
import { changesBetween, type Moment, momentAt } from '../../web/time/history.ts';

const atMinute = (minute: number) => Date.UTC(2026, 0, 1, 0, minute);

function event(
  minute: number,
  kind: 'container' | 'engine',
  action: string,
  id: string,
  attributes = {},
): ClusterEvent {
  const at = new Date(atMinute(minute)).toISOString();
  return { kind, action, id, name: id, engine: kind === 'engine' ? id : 'a', at, attributes };
}

function moment(containers: Record<string, string>, engines: Record<string, string> = { a: 'ok' }): Moment {
  const entries = Object.entries(containers).map(
    ([id, state]) => [id, { name: id, engine: 'a', image: '', state }] as const,
  );
  return { containers: new Map(entries), engines: new Map(Object.entries(engines)) };
}

const statesAt = (events: readonly ClusterEvent[], now: Moment, minute: number) =>
  Object.fromEntries([...momentAt(events, now, atMinute(minute)).containers].map(([id, { state }]) => [id, state]));

test('what no event is about was as it is now', (t) => {
  t.deepEqual(statesAt([], moment({ web: 'running' }), 0), { web: 'running' });
});

test('a container comes, runs, ends and goes', (t) => {
  const events = [
    event(10, 'container', 'create', 'web', { state: 'running' }),
    event(10, 'container', 'start', 'web', { state: 'running' }),
    event(20, 'container', 'die', 'web', { state: 'exited' }),
    event(30, 'container', 'destroy', 'web', { state: 'exited' }),
  ];
  const now = moment({});
  t.deepEqual(statesAt(events, now, 5), {});
  t.deepEqual(statesAt(events, now, 10), { web: 'running' });
  t.deepEqual(statesAt(events, now, 25), { web: 'exited' });
  t.deepEqual(statesAt(events, now, 30), {});
});

test('before the first event that is kept, it was what that event ended', (t) => {
  const now = moment({ old: 'exited', up: 'running' });
  const events = [
    event(10, 'container', 'die', 'old', { state: 'exited' }),
    event(11, 'container', 'start', 'up', { state: 'running' }),
    event(12, 'container', 'destroy', 'gone', { state: 'running' }),
  ];
  t.deepEqual(statesAt(events, now, 5), { old: 'running', up: 'exited', gone: 'running' });
});

test('engines: down, back, new and removed', (t) => {
  const events = [
    event(10, 'engine', 'down', 'a', { status: 'down', old_status: 'ok' }),
    event(20, 'engine', 'ok', 'a', { status: 'ok', old_status: 'down' }),
    event(20, 'engine', 'create', 'b', { status: 'pending' }),
    event(30, 'engine', 'remove', 'c'),
  ];
  const enginesAt = (minute: number) =>
    Object.fromEntries(momentAt(events, moment({}, { a: 'ok', b: 'ok' }), atMinute(minute)).engines);
  t.deepEqual(enginesAt(5), { a: 'ok', c: 'ok' });
  t.deepEqual(enginesAt(15), { a: 'down', c: 'ok' });
  t.deepEqual(enginesAt(25), { a: 'ok', b: 'pending', c: 'ok' });
});

test('what changed between two moments', (t) => {
  const before = moment({ same: 'running', ended: 'running', gone: 'exited' }, { a: 'ok' });
  const after = moment({ same: 'running', ended: 'exited', fresh: 'running' }, { a: 'down', b: 'ok' });
  t.deepEqual(
    changesBetween(before, after).map(({ kind, name, what, before, after }) => [kind, name, what, before, after]),
    [
      ['engine', 'a', 'changed', 'ok', 'down'],
      ['container', 'ended', 'changed', 'running', 'exited'],
      ['container', 'fresh', 'came', '', 'running'],
      ['container', 'gone', 'went', 'exited', ''],
      ['engine', 'b', 'came', '', 'ok'],
    ],
  );
  t.deepEqual(changesBetween(after, after), []);
});
