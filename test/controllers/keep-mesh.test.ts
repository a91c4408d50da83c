import test, { type ExecutionContext } from 'ava';
import { registerEngine } from '../../src/commands/engines/register-engine.ts';
import { removeEngine } from '../../src/commands/engines/remove-engine.ts';
import { updateEngine } from '../../src/commands/engines/update-engine.ts';
import { enableMesh, endMesh, showMesh } from '../../src/commands/mesh/mesh.ts';
import { createMeshNetwork } from '../../src/commands/mesh/mesh-networks.ts';
import { rotateMeshTokens } from '../../src/commands/mesh/rotate-mesh-tokens.ts';
import { MeshKeeper } from '../../src/controllers/keep-mesh.ts';
import { startCluster } from '../fixtures/harness.ts';
import { eventually } from './services/stage.ts';

async function open(t: ExecutionContext, ids: readonly string[]) {
  const cluster = await startCluster(t);
  const register = (id: string) => {
    const addr = `https://10.0.0.${id.charCodeAt(0)}:2376`;
    return registerEngine(cluster, { id, addr, cpus: 4, memory: 1024, labels: [] });
  };
  for (const id of ids) await register(id);
  const lease = await cluster.store.acquireLease('services', 'test', 600_000);
  const keeper = new MeshKeeper(cluster);
  const fence = { name: 'services', token: lease?.token ?? 0 };
  const members = async () =>
    (await showMesh(cluster)).members.map(({ engine, role, state }) => `${engine} ${role} ${state}`);
  /** Until the members are so. */
  const keepUntil = async (wanted: readonly string[]) => {
    await eventually(t, async () => {
      cluster.clock.turn(20_000);
      void keeper.pass(fence);
      return JSON.stringify(await members()) === JSON.stringify(wanted);
    });
    t.deepEqual(await members(), wanted);
  };
  return { cluster, register, keeper, fence, keepUntil };
}

test('engines join, more of them manage it when asked, and one that comes later joins too', async (t) => {
  const { cluster, register, keepUntil } = await open(t, ['a', 'b']);
  await enableMesh(cluster, { managers: 1 });
  await keepUntil(['a manager ready', 'b worker ready']);
  await register('c');
  await keepUntil(['a manager ready', 'b worker ready', 'c worker ready']);
  await enableMesh(cluster, { managers: 3 });
  await keepUntil(['a manager ready', 'b manager ready', 'c manager ready']);
  const network = await createMeshNetwork(cluster, { name: 'front' });
  t.like(network, { driver: 'overlay', isAttachable: true });
  t.false(JSON.stringify([await showMesh(cluster), await cluster.store.list('mesh')]).includes('SWMTKN'));
});

test('only engines with the label of managers manage it, also where others did before', async (t) => {
  const { cluster, keepUntil } = await open(t, ['a', 'b', 'c']);
  await updateEngine(cluster, 'b', { labels: ['core'] });
  await enableMesh(cluster, { managers: 1, managerLabel: 'core' });
  await keepUntil(['a worker ready', 'b manager ready', 'c worker ready']);
  await updateEngine(cluster, 'c', { labels: ['edge'] });
  await enableMesh(cluster, { managerLabel: 'edge' });
  await keepUntil(['a worker ready', 'b worker ready', 'c manager ready']);
  const { problem } = await enableMesh(cluster, { managers: 3, managerLabel: 'nowhere' });
  t.regex(problem ?? '', /no engine has the label "nowhere".*the present managers stay/);
  await keepUntil(['a worker ready', 'b worker ready', 'c manager ready']);
  t.is((await enableMesh(cluster, { managerLabel: '' })).managerLabel, undefined);
  await keepUntil(['a manager ready', 'b manager ready', 'c manager ready']);
});

test('no engine makes a mesh whose managers need a label that none has', async (t) => {
  const { cluster, keepUntil } = await open(t, ['a']);
  const { problem } = await enableMesh(cluster, { managerLabel: 'core' });
  t.regex(problem ?? '', /no engine has the label "core"/);
  await updateEngine(cluster, 'a', { labels: ['core'] });
  await keepUntil(['a manager ready']);
});

test('tokens are replaced on request: members stay, and an engine that comes later joins with the new one', async (t) => {
  const { cluster, register, keepUntil } = await open(t, ['a']);
  await t.throwsAsync(rotateMeshTokens(cluster), { code: 'no_mesh' });
  await enableMesh(cluster, { managers: 1 });
  await keepUntil(['a manager ready']);
  const { swarmMode } = cluster.pool.client({ id: 'a' });
  const before = swarmMode.tokens();
  await rotateMeshTokens(cluster);
  t.not(swarmMode.tokens().worker, before.worker);
  await register('b');
  await keepUntil(['a manager ready', 'b worker ready']);
  cluster.pool.client({ id: 'a' }).fail('readSwarm', 'engine_unreachable');
  await t.throwsAsync(rotateMeshTokens(cluster), { code: 'wrong_state' });
});

test('an engine that cannot join keeps nobody else out', async (t) => {
  const { cluster, keepUntil } = await open(t, ['a', 'b', 'c']);
  cluster.pool.client({ id: 'b' }).fail('joinSwarm', 'engine_failed');
  cluster.pool.client({ id: 'c' }).swarmMode.isLiveRestore = true;
  await enableMesh(cluster, { managers: 1 });
  await keepUntil(['a manager ready', 'b null joining', 'c null blocked']);
  cluster.pool.client({ id: 'b' }).heal();
  await keepUntil(['a manager ready', 'b worker ready', 'c null blocked']);
});

test('all leave, and there is no mesh any more', async (t) => {
  const { cluster, keeper, fence, keepUntil } = await open(t, ['a', 'b']);
  await t.throwsAsync(showMesh(cluster), { code: 'no_mesh' });
  await enableMesh(cluster, { managers: 1 });
  await keepUntil(['a manager ready', 'b worker ready']);
  await endMesh(cluster, { isForced: false });
  await eventually(t, async () => {
    cluster.clock.turn(20_000);
    void keeper.pass(fence);
    return (await cluster.store.read('mesh', 'mesh')) === undefined;
  });
  t.deepEqual(
    ['a', 'b'].map((id) => cluster.pool.client({ id }).swarmMode.read().state),
    ['inactive', 'inactive'],
  );
});

test('an engine that is removed leaves; the only manager is not removed', async (t) => {
  const { cluster, keepUntil } = await open(t, ['a', 'b']);
  await enableMesh(cluster, { managers: 1 });
  await keepUntil(['a manager ready', 'b worker ready']);
  await t.throwsAsync(removeEngine(cluster, 'a', { force: false }), {
    ...{ code: 'engine_in_use', message: /only manager of the mesh/ },
  });
  const removed = cluster.pool.client({ id: 'b' });
  await removeEngine(cluster, 'b', { force: false });
  t.is(removed.swarmMode.read().state, 'inactive');
  await keepUntil(['a manager ready']);
});

test('what is only looked at asks each engine once, and what was seen last is told without', async (t) => {
  const { cluster, keeper, fence, keepUntil } = await open(t, ['a', 'b']);
  await enableMesh(cluster, { managers: 1 });
  await keepUntil(['a manager ready', 'b worker ready']);
  await keeper.pass(fence);
  cluster.clock.turn(20_000);
  cluster.clock.stop();
  let asked = 0;
  const client = cluster.pool.client({ id: 'b' });
  const readSwarm = client.readSwarm.bind(client);
  client.readSwarm = async () => {
    asked += 1;
    return await readSwarm();
  };
  await Promise.all([showMesh(cluster), showMesh(cluster), showMesh(cluster)]);
  await showMesh(cluster);
  t.is(asked, 1);
  cluster.clock.turn(20_000);
  const kept = await showMesh(cluster, { isConsistent: false });
  t.is(asked, 1);
  t.deepEqual(
    kept.members.map(({ engine, state }) => `${engine} ${state}`),
    ['a ready', 'b ready'],
  );
  await showMesh(cluster);
  t.is(asked, 2);
});

test('roles are changed while an engine that joins does not answer', async (t) => {
  const { cluster, keeper, fence, keepUntil, register } = await open(t, ['a', 'b', 'c']);
  await enableMesh(cluster, { managers: 1 });
  await keepUntil(['a manager ready', 'b worker ready', 'c worker ready']);
  const ids = ['p', 'q', 'r', 's', 'u', 'v', 'w', 'x', 'y'];
  for (const id of ids) {
    await register(id);
    cluster.pool.client({ id }).joinSwarm = () => new Promise(() => undefined);
  }
  await enableMesh(cluster, { managers: 3 });
  cluster.clock.turn(20_000);
  void keeper.pass(fence);
  await eventually(t, async () => ['b', 'c'].every((id) => cluster.pool.client({ id }).swarmMode.read().isManager));
  t.pass();
});
