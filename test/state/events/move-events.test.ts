import test from 'ava';
import type { ServiceRecord } from '../../../src/model/service.ts';
import type { MovePhase, ServiceMove } from '../../../src/model/service-move.ts';
import { serviceSource } from '../../../src/state/events/owner-sources.ts';

const [startedAt, finishedAt] = ['2026-01-01T00:00:00.000Z', '2026-01-01T00:05:00.000Z'];
const service = {
  ...({ generation: 3, isPaused: false, isRemoved: false, updatedAt: '2025-12-01T00:00:00.000Z' } as const),
  spec: { replicas: 1, image: { name: 'demo/db:1' } },
} as unknown as ServiceRecord;

function moving(phase: MovePhase, more: Partial<ServiceMove> = {}): ServiceRecord {
  const move: ServiceMove = {
    ...({ id: 'm-1', from: 'a', to: 'b', phase, replicas: { 1: 'r-1' }, volumes: ['data', 'log'] } as const),
    ...({ isReplacing: false, areVolumesRemoved: false, startedAt } as const),
    ...more,
  };
  return { ...service, move };
}

/** The events of a service whose record becomes each of these. */
function tell(...records: readonly (ServiceRecord | undefined)[]) {
  const kept = records.map((record) => record && serviceSource.trim(record, 'db'));
  return kept.slice(1).flatMap((after, index) => serviceSource.compare(kept[index], after, 'db'));
}

const start = { state: 'started', from: 'a', to: 'b', volumes: 2 };
const event = { kind: 'service', action: 'move', name: 'db', id: 'db', project: 'default' } as const;

test('a move has events for its start and end, not for its phases', (t) => {
  const phases = ['preparing', 'stopping', 'copying', 'starting', 'finishing'] as const;
  const told = tell(service, ...phases.map((phase) => moving(phase)), moving('done', { finishedAt }));
  t.deepEqual(told, [
    { ...event, at: startedAt, attributes: start },
    { ...event, at: finishedAt, attributes: { ...start, state: 'done' } },
  ]);
});

test('a failed move has its reason in one short line', (t) => {
  const message = `engine b: \u001b[31mno space\n${'x'.repeat(100_000)}`;
  const told = tell(moving('copying'), moving('returning', { message }), moving('failed', { message, finishedAt }));
  t.is(told.length, 1);
  const { state, message: why } = told[0]?.attributes ?? {};
  t.is(state, 'failed');
  t.regex(String(why), /^engine b: \\x1b\[31mno space\\nx+$/);
  t.is(String(why).length, 500);
});

test('the next move is separate, and a change of the service during a move has its event as well', (t) => {
  const over = moving('done', { finishedAt });
  const next = moving('preparing', { id: 'm-2', from: 'b', to: 'a' });
  const told = tell(over, next, { ...next, generation: 4 }, { ...next, generation: 4, isRemoved: true });
  t.deepEqual(
    told.map(({ action, attributes }) => `${action} ${attributes.state ?? attributes.generation}`),
    ['move started', 'update 4', 'remove 4'],
  );
});

test('a record without a known previous version has no move events', (t) => {
  const after = serviceSource.trim(moving('done', { finishedAt }), 'db');
  const told = serviceSource.compare('unknown', after, 'db');
  t.deepEqual(
    told.map(({ action }) => action),
    ['update'],
  );
});
