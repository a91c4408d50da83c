import test from 'ava';
import { decide } from '../../../src/decisions/services/decide.ts';
import type { ReplicaView } from '../../../src/decisions/services/replica-view.ts';
import { now, type SituationChanges, situation, view, waiting } from './views.ts';

interface Expected {
  /** As `slot/generation/copy`. */
  readonly starts?: readonly string[];
  /** As `slot/generation/copy`, with the reason. */
  readonly goes?: Readonly<Record<string, string>>;
  readonly isWhole?: boolean;
}

const decides = test.macro({
  exec(t, changes: SituationChanges, { starts = [], goes = {}, isWhole = false }: Expected) {
    const decision = decide(situation(changes));
    t.deepEqual(
      decision.starts.map((start) => nameOf(start)),
      starts,
    );
    t.deepEqual(Object.fromEntries(decision.retirements.map((each) => [nameOf(each.replica), each.reason])), goes);
    t.is(decision.isWhole, isWhole);
    const backwards = decide(situation({ ...changes, replicas: [...(changes.replicas ?? [])].reverse() }));
    t.deepEqual(backwards, { ...decision, retirements: byOrderOf(backwards.retirements, decision.retirements) });
  },
  title: (fact = '') => fact,
});

function nameOf({ slot, generation, copy }: Pick<ReplicaView, 'slot' | 'generation' | 'copy'>): string {
  return `${slot}/${generation}/${copy}`;
}

/** `decided` where it holds the same as `other`: in which order replicas are listed must not matter. */
function byOrderOf<T extends { replica: ReplicaView }>(other: readonly T[], decided: readonly T[]): readonly T[] {
  const ids = new Set(decided.map(({ replica }) => replica.id));
  return other.length === decided.length && other.every(({ replica }) => ids.has(replica.id)) ? other : decided;
}

const old = view({ generation: 1, copy: 1 });
const next = view({ generation: 2, copy: 2 });
const starting = { state: 'starting', since: undefined, isSettled: false } as const;
const updating = { template: 2, standIn: 1 } as const;
const stopFirst = { order: 'stop-first' } as const;
const replaced = 'its engine was lost: no route';

test('an empty slot gets its first copy', decides, {}, { starts: ['1/1/1'] });
test('every empty slot is filled at once', decides, { slots: ['1', '2'] }, { starts: ['1/1/1', '2/1/1'] });
test('a slot for which a replica is being started gets no other', decides, { starting: new Set(['1']) }, {});
test('a slot with a replica that starts gets no other', decides, { replicas: [view(starting)] }, {});
test('a slot that waits is not filled before', decides, { waits: waiting('1', now + 1) }, {});
test('a slot that waited is filled', decides, { waits: waiting('1', now) }, { starts: ['1/1/1'] });
test('settled replicas in all slots make it whole', decides, { replicas: [view()] }, { isWhole: true });
test(
  'a replica that did not prove itself yet leaves it in pieces',
  decides,
  { replicas: [view({ isSettled: false })] },
  {},
);

test(
  'a slot beyond those wanted is emptied',
  decides,
  { replicas: [view(), view({ slot: '2' })] },
  {
    goes: { '2/1/1': 'scaled down' },
  },
);
test(
  'what is being created is let be until it can be removed',
  decides,
  {
    replicas: [view(), view({ slot: '2', ...starting, containerId: undefined })],
  },
  {},
);
const heldSlot = { held: new Set(['1']) } as const;
test(
  'a held slot keeps its replica through an update, and the others are exchanged',
  decides,
  { ...updating, ...heldSlot, slots: ['1', '2'], replicas: [old, view({ slot: '2', generation: 2 })] },
  { isWhole: true },
);
test(
  'a held slot takes nothing of the budget',
  decides,
  {
    ...{ ...updating, ...heldSlot, slots: ['1', '2'] },
    replicas: [view({ generation: 2, state: 'unreachable' }), view({ slot: '2' })],
  },
  { starts: ['2/2/2'] },
);
test(
  'a held slot whose replica failed gets no other',
  decides,
  { ...heldSlot, replicas: [view({ state: 'failed', reason: 'it ended' })] },
  { goes: { '1/1/1': 'it ended' }, isWhole: true },
);
test(
  'a service that is removed loses all its replicas',
  decides,
  { isRemoved: true, replicas: [view()] },
  {
    goes: { '1/1/1': 'the service is removed' },
  },
);
test(
  'what retires already is not told twice',
  decides,
  {
    replicas: [view(), view({ slot: '2', state: 'retiring' })],
  },
  { isWhole: true },
);

test('a replica that ended stays until it is known how', decides, { replicas: [view({ state: 'failed' })] }, {});
test(
  'a replica that failed goes first, and nothing takes its place yet',
  decides,
  {
    replicas: [view({ state: 'failed', reason: 'it ended' })],
  },
  { goes: { '1/1/1': 'it ended' } },
);
test(
  'while what was there is being removed its slot stays empty: it may hold the port',
  decides,
  {
    replicas: [view({ state: 'retiring', since: now - 29_999 })],
  },
  {},
);
test(
  'what cannot be removed holds its slot up for half a minute',
  decides,
  {
    replicas: [view({ state: 'retiring', since: now - 30_000 })],
  },
  { starts: ['1/1/2'] },
);
test(
  'what retires on an engine that is away holds nothing up',
  decides,
  {
    replicas: [view({ state: 'retiring', since: now, isReachable: false })],
  },
  { starts: ['1/1/2'] },
);

test('a replica that is merely unreachable is waited for', decides, { replicas: [view({ state: 'unreachable' })] }, {});
test(
  'a replica that is lost is replaced, and told to go only then',
  decides,
  {
    replicas: [view({ state: 'lost', reason: 'no route' })],
  },
  { starts: ['1/1/2'] },
);
test(
  'a replica that is lost goes once another took over',
  decides,
  {
    replicas: [view({ state: 'lost', reason: 'no route' }), view({ copy: 2 })],
  },
  { goes: { '1/1/1': replaced } },
);
test(
  'a lost one that was only being created does not keep it in pieces',
  decides,
  {
    replicas: [view({ state: 'lost', reason: 'no route', containerId: undefined }), view({ copy: 2 })],
  },
  { isWhole: true },
);
test(
  'a lost one in a slot not wanted does neither',
  decides,
  {
    replicas: [view(), view({ slot: '2', state: 'lost', containerId: undefined })],
  },
  { isWhole: true },
);
test(
  'of two copies the later one stays',
  decides,
  { replicas: [view(), view({ copy: 2 })] },
  {
    goes: { '1/1/1': 'there is a later copy of it' },
  },
);
test(
  'the earlier copy serves while the later one starts',
  decides,
  {
    replicas: [view(), view({ copy: 2, ...starting })],
  },
  {},
);
test(
  'of two equal copies it is always the same that stays',
  decides,
  {
    replicas: [view({ id: 'x' }), view({ id: 'y' })],
  },
  { goes: { '1/1/1': 'there is a later copy of it' } },
);

test(
  'start-first starts the successor beside what serves',
  decides,
  { ...updating, replicas: [old] },
  {
    starts: ['1/2/2'],
  },
);
test(
  'start-first lets the old one serve until its successor has settled',
  decides,
  {
    ...updating,
    replicas: [old, { ...next, isSettled: false }],
  },
  {},
);
test(
  'start-first stops the old one then',
  decides,
  { ...updating, replicas: [old, next] },
  {
    goes: { '1/1/1': 'superseded' },
  },
);
test(
  'stop-first stops the old one',
  decides,
  { ...updating, update: stopFirst, replicas: [old] },
  {
    goes: { '1/1/1': 'superseded' },
  },
);
test(
  'stop-first starts the successor once the old one is gone',
  decides,
  { ...updating, update: stopFirst },
  {
    starts: ['1/2/1'],
  },
);
test(
  'what starts of a template that is wanted no more goes before another starts',
  decides,
  {
    ...{ template: 3, standIn: 1 },
    replicas: [old, view({ generation: 2, copy: 2, ...starting })],
  },
  { goes: { '1/2/2': 'superseded' } },
);
test(
  'it goes as well where nothing serves',
  decides,
  { ...updating, replicas: [view(starting)] },
  {
    goes: { '1/1/1': 'superseded' },
  },
);
test(
  'going back keeps those that were not exchanged yet',
  decides,
  {
    ...{ template: 1, slots: ['1', '2'] },
    replicas: [old, view({ generation: 2, copy: 2, ...starting }), view({ slot: '2', generation: 2 })],
  },
  { starts: ['2/1/2'], goes: { '1/2/2': 'superseded' } },
);

const held = { ...updating, isUpdating: false } as const;
test('nothing is exchanged while it is paused', decides, { ...held, replicas: [old] }, {});
test('an empty slot gets what is known to work while it is paused', decides, held, { starts: ['1/1/1'] });
test(
  'a pause does not keep an old copy that came back',
  decides,
  { ...held, replicas: [old, view({ copy: 2 })] },
  {
    goes: { '1/1/1': 'there is a later copy of it' },
  },
);
test(
  'a pause does not keep what was lost',
  decides,
  {
    ...held,
    replicas: [view({ state: 'lost', reason: 'no route' }), view({ copy: 2 })],
  },
  { goes: { '1/1/1': replaced } },
);
test('a pause stops nothing that began', decides, { ...held, replicas: [old, { ...next, ...starting }] }, {});

const displaced = view({ isDisplaced: true });
test(
  'a replica on a drained engine is replaced before it goes',
  decides,
  { replicas: [displaced] },
  {
    starts: ['1/1/2'],
  },
);
test(
  'it is replaced first even where the order is stop-first',
  decides,
  { update: stopFirst, replicas: [displaced] },
  {
    starts: ['1/1/2'],
  },
);
test(
  'it goes once its successor has settled',
  decides,
  { replicas: [displaced, view({ copy: 2 })] },
  {
    goes: { '1/1/1': 'it was moved to engine a' },
  },
);
test(
  'drained while paused it gets a successor of its own template',
  decides,
  { ...held, replicas: [displaced] },
  {
    starts: ['1/1/2'],
  },
);
test(
  'and goes when that one has settled',
  decides,
  { ...held, replicas: [displaced, view({ copy: 2 })] },
  {
    goes: { '1/1/1': 'it was moved to engine a' },
  },
);
