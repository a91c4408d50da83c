import test from 'ava';
import { type MeshEngine, type MeshFacts, planMesh } from '../../../src/decisions/mesh/plan-mesh.ts';
import type { MeshRecord, SwarmNode, SwarmState } from '../../../src/model/mesh.ts';

const mesh: MeshRecord = { id: 'm1', managers: 1, isMade: true, isEnding: false, createdAt: '2026-01-01T00:00:00Z' };
const none: SwarmState = { state: 'inactive', node: '', isManager: false, isLiveRestore: false };
const addressOf = (id: string) => `10.0.0.${id.charCodeAt(0)}`;

const engine = (id: string, swarm: Partial<SwarmState> | undefined): MeshEngine => ({
  id,
  address: addressOf(id),
  ...(swarm && { swarm: { ...none, ...swarm } }),
});
const manager = (id: string, of = 'm1') => engine(id, { state: 'active', node: `n${id}`, isManager: true, mesh: of });
const worker = (id: string) => engine(id, { state: 'active', node: `n${id}` });
const node = (id: string, fields: Partial<SwarmNode> = {}): SwarmNode => ({
  ...{ id: `n${id}`, version: 7, address: addressOf(id), isReady: true, isManager: false },
  ...fields,
});
const plan = (facts: Partial<MeshFacts> & Pick<MeshFacts, 'engines'>) => planMesh({ mesh, ...facts });

test('the first engine that can makes the mesh, and the others wait for it', (t) => {
  const engines = [engine('a', { isLiveRestore: true }), engine('b', {}), engine('c', {})];
  const { members, steps } = plan({ mesh: { ...mesh, isMade: false }, engines });
  t.deepEqual(steps, [{ do: 'init', engine: 'b', address: addressOf('b') }]);
  t.deepEqual(
    members.map(({ state }) => state),
    ['blocked', 'joining', 'joining'],
  );
  t.regex(members[0]?.problem ?? '', /live-restore/);
});

test('a mesh that was made is not made again while its managers are silent', (t) => {
  const { steps, problem } = plan({ engines: [engine('a', undefined), engine('b', {}), worker('c')] });
  t.deepEqual(steps, []);
  t.regex(problem ?? '', /no manager of the mesh answers/);
});

test('without a majority of the managers nothing is changed', (t) => {
  const { steps, problem } = plan({ engines: [manager('a'), engine('b', {})] });
  t.deepEqual(steps, []);
  t.regex(problem ?? '', /no majority/);
});

test('engines join through the managers that answer', (t) => {
  const engines = [manager('a'), engine('b', {})];
  const { steps } = plan({ engines, nodes: [node('a', { isManager: true })] });
  t.deepEqual(steps, [{ do: 'join', engine: 'b', address: addressOf('b'), managers: [`${addressOf('a')}:2377`] }]);
});

test('workers become managers until there are as many as wanted, and one that is silent counts', (t) => {
  const nodes = [node('a', { isManager: true }), node('b', { isManager: true, isReady: false }), node('c'), node('d')];
  const engines = [manager('a'), engine('b', undefined), worker('c'), worker('d')];
  const { steps } = plan({ mesh: { ...mesh, managers: 3 }, engines, nodes });
  t.deepEqual(steps, [{ do: 'promote', engine: 'c', node: nodes[2] }]);
});

test('a node is forgotten when its engine is gone, or is another node by now, and not while it is silent', (t) => {
  const gone = node('x', { isReady: false });
  const before = node('b', { id: 'nold', isReady: false });
  const silent = node('c', { isReady: false });
  const managing = node('y', { isReady: false, isManager: true });
  const nodes = [node('a', { isManager: true }), gone, before, node('b'), silent, managing];
  const { steps } = plan({ engines: [manager('a'), worker('b'), engine('c', undefined)], nodes });
  t.deepEqual(steps, [
    { do: 'forget', node: gone },
    { do: 'forget', node: before },
    { do: 'demote', node: managing },
  ]);
});

test('an engine of another swarm is left alone, and told so', (t) => {
  const engines = [manager('a'), manager('b', 'other'), worker('c')];
  const { members, steps } = plan({ engines, nodes: [node('a', { isManager: true })] });
  t.deepEqual(steps, []);
  for (const { state, problem } of members.slice(1)) {
    t.is(state, 'blocked');
    t.regex(problem ?? '', /another swarm/);
  }
});

test('an engine without an address of its own stays out', (t) => {
  const local: MeshEngine = { id: 'b', swarm: none };
  const { members, steps } = plan({ engines: [manager('a'), local], nodes: [node('a', { isManager: true })] });
  t.deepEqual(steps, []);
  t.regex(members[1]?.problem ?? '', /register it with an address/);
});

test('at the end workers leave, and managers become workers but for the last one', (t) => {
  const ending = { ...mesh, isEnding: true };
  const second = node('d', { isManager: true });
  const nodes = [node('a', { isManager: true }), node('b'), second];
  const engines = [manager('a'), worker('b'), manager('c', 'other'), manager('d')];
  const first = plan({ mesh: ending, engines, nodes });
  t.deepEqual(first.steps, [
    { do: 'leave', engine: 'b', isForced: false },
    { do: 'demote', node: second },
  ]);
  t.is(first.members[2]?.state, 'blocked');
  const then = plan({ mesh: ending, engines: [manager('a'), engine('b', {})], nodes: nodes.slice(0, 1) });
  t.deepEqual(then.steps, [{ do: 'leave', engine: 'a', isForced: true }]);
});

test('a manager that cannot tell what it is in is neither ours nor of others', (t) => {
  const mute = engine('a', { state: 'active', node: 'na', isManager: true });
  for (const isEnding of [false, true]) {
    const { members, steps } = plan({ mesh: { ...mesh, isEnding }, engines: [mute, engine('b', {})] });
    t.like(members[0], { role: 'manager', state: 'unreachable' });
    t.deepEqual(steps, []);
  }
});
