import test from 'ava';
import type { MeshEngine, MeshFacts } from '../../../src/decisions/mesh/mesh-member.ts';
import { planMesh } from '../../../src/decisions/mesh/plan-mesh.ts';
import type { MeshRecord, SwarmNode, SwarmState } from '../../../src/model/mesh.ts';

const createdAt = '2026-01-01T00:00:00Z';
/** That nobody has made. */
const wanted: MeshRecord = { id: 'm1', managers: 1, nodes: {}, failures: {}, createdAt };
const mesh: MeshRecord = { ...wanted, first: 'a', nodes: { a: 'na', b: 'nb', c: 'nc', d: 'nd' } };
const none: SwarmState = { state: 'inactive', node: '', isManager: false, isLiveRestore: false };
const addressOf = (id: string) => `10.0.0.${id.charCodeAt(0)}`;

const engine = (id: string, swarm: Partial<SwarmState> | undefined): MeshEngine => ({
  id,
  address: addressOf(id),
  ...(swarm && { swarm: { ...none, ...swarm } }),
});
const manager = (id: string, of = 'm1') => engine(id, { state: 'active', node: `n${id}`, isManager: true, mesh: of });
const worker = (id: string, node = `n${id}`) => engine(id, { state: 'active', node });
const node = (id: string, fields: Partial<SwarmNode> = {}): SwarmNode => {
  const { isManager = false } = fields;
  return { id: `n${id}`, isReady: true, isManager, isVoting: isManager, ...fields };
};
const reportOf = (...nodes: SwarmNode[]) => ({ by: 'a', nodes });
const plan = (facts: Partial<MeshFacts> & Pick<MeshFacts, 'engines'>) => planMesh({ mesh, ...facts });

test('the first engine that can make the mesh is chosen, and makes it then', (t) => {
  const engines = [engine('a', { isLiveRestore: true }), engine('b', {}), engine('c', {})];
  const { members, steps } = plan({ mesh: wanted, engines });
  t.deepEqual(steps, [{ do: 'choose', engine: 'b' }]);
  t.deepEqual(
    members.map(({ state }) => state),
    ['blocked', 'joining', 'joining'],
  );
  t.regex(members[0]?.problem ?? '', /live-restore/);
  const then = plan({ mesh: { ...wanted, first: 'b' }, engines });
  t.deepEqual(then.steps, [{ do: 'init', engine: 'b', address: addressOf('b') }]);
});

test('no other engine makes the mesh while the one that was chosen is silent', (t) => {
  const { steps, problem } = plan({
    mesh: { ...wanted, first: 'a' },
    engines: [engine('a', undefined), engine('b', {})],
  });
  t.deepEqual(steps, []);
  t.regex(problem ?? '', /engine a, which creates the mesh/);
});

test('where the engine that was chosen fails to make the mesh, another one is chosen', (t) => {
  const failed = { ...wanted, first: 'a', failures: { a: 'cannot listen' } };
  const engines = [engine('a', {}), engine('b', {})];
  t.deepEqual(plan({ mesh: failed, engines }).steps, [{ do: 'choose', engine: 'b' }]);
  const alone = plan({ mesh: failed, engines: engines.slice(0, 1) });
  t.deepEqual(alone.steps, [{ do: 'init', engine: 'a', address: addressOf('a') }]);
  t.regex(alone.members[0]?.problem ?? '', /cannot listen/);
});

test('a mesh that was made is not made again while its managers are silent', (t) => {
  const { steps, problem } = plan({ engines: [engine('a', undefined), engine('b', {}), worker('c')] });
  t.deepEqual(steps, []);
  t.regex(problem ?? '', /no manager of the mesh answers/);
});

test('engines join through the managers that answer, and say why they could not', (t) => {
  const engines = [manager('a'), engine('b', {})];
  const failing = { ...mesh, failures: { b: 'dial tcp: refused' } };
  const { members, steps } = plan({ mesh: failing, engines, reported: reportOf(node('a', { isManager: true })) });
  t.deepEqual(steps, [{ do: 'join', engine: 'b', address: addressOf('b'), managers: [`${addressOf('a')}:2377`] }]);
  t.regex(members[1]?.problem ?? '', /refused; ports 2377/);
});

test('workers become managers until there are as many as wanted, and one that is silent counts', (t) => {
  const silent = node('b', { isManager: true, isReady: false });
  const nodes = reportOf(node('a', { isManager: true }), silent, node('c'), node('d'));
  const engines = [manager('a'), engine('b', undefined), worker('c'), worker('d')];
  const { steps } = plan({ mesh: { ...mesh, managers: 3 }, engines, reported: nodes });
  t.deepEqual(steps, [{ do: 'promote', node: 'nc' }]);
});

test('of two engines one manages, whatever is asked: an even number has no use', (t) => {
  const engines = [manager('a'), worker('b')];
  const nodes = reportOf(node('a', { isManager: true }), node('b'));
  t.deepEqual(plan({ mesh: { ...mesh, managers: 3 }, engines, reported: nodes }).steps, []);
});

test('a surplus manager that is dead becomes a worker first', (t) => {
  const dead = node('b', { isManager: true, isReady: false });
  const nodes = reportOf(node('a', { isManager: true }), dead, node('c', { isManager: true }));
  const engines = [manager('a'), engine('b', undefined), manager('c')];
  t.deepEqual(plan({ engines, reported: nodes }).steps, [{ do: 'demote', node: 'nb' }]);
});

test('nothing is removed while it is not known which node a silent engine is', (t) => {
  const nodes = reportOf(node('a', { isManager: true }), node('x', { isReady: false }));
  const unknown = { ...mesh, nodes: { a: 'na' } };
  const engines = [manager('a'), engine('z', undefined)];
  t.deepEqual(plan({ mesh: unknown, engines, reported: nodes }).steps, []);
  const at = (address: string) =>
    reportOf(node('a', { isManager: true }), node('x', { isReady: false, address }), node('w', { isReady: false }));
  t.deepEqual(plan({ mesh: unknown, engines, reported: at(addressOf('z')) }).steps, []);
  // One at another address is none of the silent engine.
  t.deepEqual(plan({ mesh: unknown, engines, reported: at('10.9.9.9') }).steps, [{ do: 'remove', node: 'nx' }]);
});

test('managers are made before engines join', (t) => {
  const nodes = reportOf(node('a', { isManager: true }), node('b'), node('c'));
  const engines = [manager('a'), worker('b'), worker('c'), engine('z', {})];
  const { steps } = plan({ mesh: { ...mesh, managers: 3 }, engines, reported: nodes });
  t.deepEqual(
    steps.map((step) => step.do),
    ['promote', 'promote', 'join'],
  );
});

test('too many managers become workers one at a time, and never the one that is asked', (t) => {
  const engines = ['a', 'b', 'c'].map((id) => manager(id));
  const nodes = ['a', 'b', 'c'].map((id) => node(id, { isManager: true }));
  t.deepEqual(plan({ engines, reported: reportOf(...nodes) }).steps, [{ do: 'demote', node: 'nc' }]);
  const changing = nodes.map((each) => (each.id === 'nc' ? { ...each, isManager: false } : each));
  const { steps } = plan({ engines, reported: reportOf(...changing) });
  t.deepEqual(steps, [{ do: 'demote', node: 'nb' }]);
});

test('a manager without the label stays until one with it answers: else the mesh had no majority', (t) => {
  const labelled = { ...mesh, managerLabel: 'core' };
  const core = (of: MeshEngine): MeshEngine => ({ ...of, labels: ['core'] });
  const engines = [manager('a'), manager('b'), core(engine('c', undefined))];
  const nodes = (isReady: boolean) =>
    reportOf(...['a', 'b'].map((id) => node(id, { isManager: true })), node('c', { isManager: true, isReady }));
  t.deepEqual(plan({ mesh: { ...labelled, managers: 3 }, engines, reported: nodes(false) }).steps, []);
  const answering = [...engines.slice(0, 2), core(manager('c'))];
  const { steps } = plan({ mesh: { ...labelled, managers: 3 }, engines: answering, reported: nodes(true) });
  t.deepEqual(steps, [{ do: 'demote', node: 'nb' }]);
});

test('a node is removed when no engine is it any more, and not while its engine is silent or locked', (t) => {
  const down = { isReady: false };
  const nodes = reportOf(
    node('a', { isManager: true }),
    node('x', down),
    node('old', { ...down, id: 'nb' }),
    node('new', { id: 'nb2' }),
    node('c', down),
    node('d', { ...down, isManager: true }),
    node('y', { ...down, isManager: true }),
  );
  const locked = engine('d', { state: 'locked' });
  const engines = [manager('a'), worker('b', 'nb2'), engine('c', undefined), locked];
  const { steps } = plan({ mesh: { ...mesh, managers: 3 }, engines, reported: nodes });
  t.deepEqual(
    steps.filter((step) => step.do === 'remove' || step.do === 'demote'),
    [
      { do: 'remove', node: 'nx' },
      { do: 'remove', node: 'nb' },
      { do: 'demote', node: 'ny' },
    ],
  );
});

test('an engine of another swarm is left alone, also where no manager answers and at the end', (t) => {
  const engines = [
    manager('b', 'other'),
    worker('c', 'foreign'),
    engine('d', { state: 'active', node: 'z', isManager: true }),
  ];
  for (const facts of [
    { engines: [manager('a'), ...engines], reported: reportOf(node('a', { isManager: true })) },
    { engines },
    { engines, mesh: { ...mesh, ending: 'forced' as const } },
  ]) {
    const { members, steps } = plan(facts);
    t.deepEqual(steps, []);
    for (const { state, problem } of members.slice(-3)) {
      t.is(state, 'blocked');
      t.regex(problem ?? '', /another swarm/);
    }
  }
});

test('a worker of another swarm that is on its way back is not asked to leave', (t) => {
  const pending = engine('x', { state: 'pending', node: 'foreign' });
  const { members, steps } = plan({ mesh: { ...mesh, ending: 'asked' }, engines: [pending] });
  t.deepEqual(steps, []);
  t.is(members[0]?.state, 'blocked');
});

test('an engine that others do not reach stays out', (t) => {
  const local: MeshEngine = { id: 'b', swarm: none };
  const { members, steps } = plan({
    engines: [manager('a'), local],
    reported: reportOf(node('a', { isManager: true })),
  });
  t.deepEqual(steps, []);
  t.regex(members[1]?.problem ?? '', /register it with an address/);
});

test('at the end workers leave, managers become workers, and the last one leaves when no other votes', (t) => {
  const ending = { ...mesh, ending: 'asked' as const };
  const engines = [manager('a'), worker('b'), manager('d')];
  const nodes = [node('a', { isManager: true }), node('b'), node('d', { isManager: true })];
  t.deepEqual(plan({ mesh: ending, engines, reported: reportOf(...nodes) }).steps, [
    { do: 'leave', engine: 'b', isForced: false },
    { do: 'demote', node: 'nd' },
  ]);
  const changing = reportOf(node('a', { isManager: true }), node('d', { isVoting: true }));
  t.deepEqual(plan({ mesh: ending, engines: [manager('a'), manager('d')], reported: changing }).steps, []);
  const last = plan({
    mesh: ending,
    engines: [manager('a'), engine('b', {})],
    reported: reportOf(node('a', { isManager: true })),
  });
  t.deepEqual(last.steps, [{ do: 'leave', engine: 'a', isForced: true }]);
});

test('a manager of the mesh without a majority leaves only where that is forced', (t) => {
  const lost = engine('a', { state: 'active', node: 'na', isManager: true });
  for (const ending of [undefined, 'asked', 'forced'] as const) {
    const { members, steps } = plan({ mesh: { ...mesh, ...(ending && { ending }) }, engines: [lost, engine('b', {})] });
    t.like(members[0], { role: 'manager', state: 'unreachable' });
    t.deepEqual(steps, ending === 'forced' ? [{ do: 'leave', engine: 'a', isForced: true }] : []);
  }
});
