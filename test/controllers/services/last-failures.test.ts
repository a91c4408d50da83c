import test from 'ava';
import { lastFailuresNow } from '../../../src/controllers/services/last-failures.ts';
import type { LastFailure, ReplicaMark } from '../../../src/model/service.ts';
import { view } from '../../decisions/services/views.ts';

const since = '2026-11-21T12:00:00.000Z';
const reason = 'it ended with exit code 7';
const mark: ReplicaMark = { phase: 'failed', since, reason, log: 'FATAL\n' };

function old(minute: number): LastFailure {
  const at = `2026-11-21T11:${String(minute).padStart(2, '0')}:00.000Z`;
  return { at, reason: 'earlier', engineId: 'a', generation: 1, copy: 1 };
}

test('the last failure of a slot replaces the one before, and has the end of the log', (t) => {
  const replica = view({ state: 'failed', copy: 4, generation: 2 });
  const before = { 1: old(1), 2: old(2) };
  const status = { replicas: { [replica.id]: mark }, lastFailures: before };
  const after = lastFailuresNow(status, [{ replica, reason }], { slots: new Set(['1', '2']), at: since });
  const { id: _, containerId } = replica;
  t.deepEqual(after, {
    1: { at: since, reason, engineId: 'a', containerId, generation: 2, copy: 4, log: 'FATAL\n' },
    2: old(2),
  });
});

test('slots that are not wanted are forgotten, and of many the latest are kept', (t) => {
  const slots = Array.from({ length: 40 }, (_, index) => String(index + 1));
  const before = Object.fromEntries(slots.map((slot) => [slot, old(Number(slot))]));
  const kept = lastFailuresNow({ replicas: {}, lastFailures: before }, [], { slots: new Set(slots), at: since });
  t.deepEqual(Object.keys(kept), slots.slice(-16));
  t.deepEqual(
    Object.keys(lastFailuresNow({ replicas: {}, lastFailures: before }, [], { slots: new Set(['3']), at: since })),
    ['3'],
  );
});
