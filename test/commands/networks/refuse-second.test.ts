import test from 'ava';
import { createNetwork } from '../../../src/commands/networks/networks.ts';
import { refuseSecond } from '../../../src/commands/networks/refuse-second.ts';
import { SatsumaError } from '../../../src/model/errors.ts';
import { startCluster } from '../../fixtures/harness.ts';

const at = (fraction: string) => `2026-11-30T07:30:52${fraction}Z`;

test('of two networks that were made at the same moment, the older one stays', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const engine = cluster.pool.client({ id: 'a' });
  const made = await createNetwork(cluster, 'a', { name: 'back' });
  const older = { ...made, id: 'older', createdAt: at('.5') };
  // The fake engine has one of each name.
  const create = engine.createNetwork.bind(engine);
  engine.createNetwork = async (spec) => ({
    ...(await create({ ...spec, name: 'twin' })),
    name: 'back',
    createdAt: at('.51'),
  });
  engine.networks.set('older', older);
  await t.throwsAsync(createNetwork(cluster, 'a', { name: 'back' }), {
    code: 'name_taken',
    message: 'network with name back already exists',
  });
  t.true(engine.networks.has('older'));
  t.false(engine.networks.has('twin'));
});

for (const [one, other, title] of [
  ['.500124068', '.500124069', 'nanoseconds count'],
  ['.09', '.1', 'a fraction may be shorter'],
  ['', '.1', 'a fraction may be absent'],
] as const) {
  test(`of two networks, ${title}`, async (t) => {
    const [older, younger] = [one, other].map((fraction) => ({ id: fraction, name: 'back', createdAt: at(fraction) }));
    const removed: string[] = [];
    const client = {
      listNetworks: async () => [older, younger] as never,
      removeNetwork: async (id: string) => void removed.push(id),
    };
    if (!older || !younger) return t.fail();
    await refuseSecond(client, older);
    t.deepEqual(removed, []);
    await t.throwsAsync(refuseSecond(client, younger), { code: 'name_taken' });
    t.deepEqual(removed, [other]);
  });
}

test('of two networks, whoever asked for the younger one has none, even if it cannot be removed', async (t) => {
  const [older, younger] = ['.1', '.2'].map((fraction) => ({ id: fraction, name: 'back', createdAt: at(fraction) }));
  const fails = () => Promise.reject(new SatsumaError('engine_timeout', 'it does not answer'));
  if (!younger) return t.fail();
  const client = { listNetworks: async () => [older, younger] as never, removeNetwork: fails };
  await t.throwsAsync(refuseSecond(client, younger), { code: 'name_taken' });
  await t.notThrowsAsync(refuseSecond({ listNetworks: fails, removeNetwork: fails }, younger), 'nothing is known then');
});
