import test from 'ava';
import type { ContainerState } from '../../../src/model/container.ts';
import type { EngineRecord } from '../../../src/model/engine.ts';
import { EventDeriver } from '../../../src/state/events/event-deriver.ts';
import type { DocumentChange } from '../../../src/store/store.ts';

const at = '2026-01-01T00:00:00.000Z';
const id = 'c'.repeat(64);
const engine: EngineRecord = {
  ...({ id: 'a', addr: 'unix:///a', cpus: 4, memory: 1024, labels: [] } as const),
  ...({ intent: 'active', condition: 'ok', since: at } as const),
};
const reached = { kind: 'engine', id: 'a', value: engine } as const;
const gone = { kind: 'container', id: `a/${id}` } as const;

function seen(state: ContainerState, exitCode?: number) {
  const summary = {
    ...({ id, name: 'web', imageName: 'demo/web:1', state, labels: {}, ports: [], createdAt: at } as const),
    ...(exitCode !== undefined && { exitCode }),
  };
  return { ...gone, value: { engineId: 'a', observedAt: at, summary } } as const;
}

/** The events of the container, of changes one after the other. `isWhole`: the feed has its beginning. */
function tell(changes: readonly DocumentChange[], { isWhole = true } = {}) {
  const deriver = new EventDeriver({ now: () => Date.parse(at) }, { epoch: 'x', version: isWhole ? 0 : 7 });
  const events = changes.flatMap((change, n) =>
    deriver.derive({ ...change, version: (isWhole ? 1 : 8) + n } as Parameters<typeof deriver.derive>[0]),
  );
  return events.map(({ event }) => event).filter(({ kind }) => kind === 'container');
}

const actions = (changes: readonly DocumentChange[]) => tell(changes).map(({ action }) => action);

for (const state of ['running', 'paused'] as const) {
  test(`a container that was ${state} when it was removed has a die event without exit code`, (t) => {
    const told = tell([reached, seen(state), gone]).slice(-2);
    t.like(told, [
      { action: 'die', name: 'web', id, engine: 'a' },
      { action: 'destroy', name: 'web', id, engine: 'a' },
    ]);
    t.deepEqual(told[0]?.attributes, { image: 'demo/web:1', state: 'exited' });
  });
}

test('a container that was seen to end has one die event, with its exit code', (t) => {
  const told = tell([reached, seen('running'), seen('exited', 3), gone]);
  t.deepEqual(
    told.map(({ action }) => action),
    ['create', 'start', 'die', 'destroy'],
  );
  t.is(told[2]?.attributes.exit_code, 3);
});

test('a container that never ran, or was restarting, has no die event on removal', (t) => {
  t.deepEqual(actions([reached, seen('created'), gone]), ['create', 'destroy']);
  const restarting = [reached, seen('running'), seen('restarting', 1), gone];
  t.deepEqual(actions(restarting), ['create', 'start', 'die', 'destroy']);
});

test('a container seen before its start and after its end has run in between', (t) => {
  const told = tell([reached, seen('created'), seen('exited', 3), gone]);
  t.deepEqual(
    told.map(({ action }) => action),
    ['create', 'start', 'die', 'destroy'],
  );
  t.is(told[2]?.attributes.exit_code, 3);
});

test('the engine’s events complete what was seen before a start', (t) => {
  const short = {
    engineId: 'a',
    containerId: id,
    name: 'web',
    image: 'demo/web:1',
    startedAt: at,
    diedAt: at,
    exitCode: 1,
  };
  const end = (value: typeof short & { readonly destroyedAt?: string }) =>
    ({ kind: 'container-end', id: `a/${id}`, value }) as const;
  const all = ['create', 'start', 'die', 'destroy'];
  t.deepEqual(actions([reached, seen('created'), end({ ...short, destroyedAt: at }), gone]), all);
  t.deepEqual(actions([reached, seen('created'), end(short), end({ ...short, destroyedAt: at }), gone]), all);
  t.deepEqual(actions([reached, end(short), end({ ...short, destroyedAt: at })]), all);
  t.deepEqual(actions([reached, seen('running'), end(short), end({ ...short, destroyedAt: at }), gone]), all);
});

test('if the engine was removed or is down, the end of its containers is unknown', (t) => {
  const without = ['create', 'start', 'destroy'];
  t.deepEqual(actions([reached, seen('running'), { kind: 'engine', id: 'a' }, gone]), without);
  const down = { ...reached, value: { ...engine, condition: 'down' } } as const;
  t.deepEqual(actions([reached, seen('running'), down, gone]), without);
});

test('if the feed lacks the engine, its containers have died as well', (t) => {
  const told = tell([seen('running'), gone], { isWhole: false });
  t.deepEqual(
    told.map(({ action }) => action),
    ['update', 'die', 'destroy'],
  );
});
