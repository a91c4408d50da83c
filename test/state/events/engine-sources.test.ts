import test from 'ava';
import type { EngineRecord } from '../../../src/model/engine.ts';
import { EventDeriver } from '../../../src/state/events/event-deriver.ts';

const added = '2026-01-01T00:00:00.000Z';
const engine: EngineRecord = {
  ...({ id: 'e', addr: 'unix:///e', cpus: 4, memory: 1024, labels: [] } as const),
  ...({ intent: 'active', condition: 'ok', since: added } as const),
};

/** The events of an engine that becomes each of these, one an hour. */
function tell(...changes: readonly Partial<EngineRecord>[]): string[] {
  let hour = 0;
  const clock = { now: () => Date.UTC(2026, 1, 1, hour) };
  const deriver = new EventDeriver(clock, { epoch: 'x', version: 0 });
  let value = engine;
  return [{}, ...changes].flatMap((change, index) => {
    value = { ...value, ...change };
    hour = index;
    const derived = deriver.derive({ kind: 'engine', id: 'e', version: index + 1, value });
    return derived.map(({ event }) => `${event.action} ${event.at}`);
  });
}

test('an operator’s change is dated by its observation, not by the engine’s condition', (t) => {
  const told = tell({ intent: 'draining' }, { intent: 'maintenance' }, { intent: 'lost' }, { intent: 'active' });
  t.deepEqual(told.slice(1), [
    'draining 2026-02-01T01:00:00.000Z',
    'maintenance 2026-02-01T02:00:00.000Z',
    'lost 2026-02-01T03:00:00.000Z',
    'ok 2026-02-01T04:00:00.000Z',
  ]);
});

test('an engine that went down in maintenance is dated by the end of the maintenance', (t) => {
  const down = { condition: 'down', since: '2026-02-01T00:30:00.000Z' } as const;
  const told = tell({ intent: 'maintenance' }, down, { intent: 'active' });
  t.deepEqual(told.slice(1), ['maintenance 2026-02-01T01:00:00.000Z', 'down 2026-02-01T03:00:00.000Z']);
});

test('an engine that goes down or returns is dated by its record', (t) => {
  const [down, ok] = ['2026-02-01T00:30:00.000Z', '2026-02-01T01:30:00.000Z'];
  const told = tell({ condition: 'down', since: down }, { condition: 'ok', since: ok });
  t.deepEqual(told.slice(1), [`down ${down}`, `ok ${ok}`]);
});
