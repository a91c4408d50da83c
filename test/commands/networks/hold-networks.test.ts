import test, { type ExecutionContext } from 'ava';
import { holdNetworks } from '../../../src/commands/networks/hold-networks.ts';
import { SatsumaError } from '../../../src/model/errors.ts';
import type { Cluster } from '../../../src/state/cluster.ts';
import { StateCache } from '../../../src/state/state-cache.ts';
import { startCluster } from '../../fixtures/harness.ts';

/** Two servers on one store. */
async function twoServers(t: ExecutionContext): Promise<[Cluster, Cluster]> {
  const one = await startCluster(t, { engines: 1 });
  const cache = new StateCache(one.store, 1, one.logger, one.clock);
  await cache.start();
  t.teardown(() => cache.stop());
  return [one, { ...one, cache }];
}

test('a name is held by one server at a time, whatever the order of the names', async (t) => {
  const [one, other] = await twoServers(t);
  const log: string[] = [];
  const held = (cluster: Cluster, who: string, names: readonly string[]) =>
    holdNetworks(cluster, names, async () => {
      log.push(`${who} begins`);
      // Whoever does not wait begins meanwhile.
      await cluster.store.position();
      await one.cache.catchUp();
      log.push(`${who} ends`);
    });
  await Promise.all([
    held(one, 'a', ['shop', 'db']),
    held(other, 'b', ['db', 'shop']),
    held(one, 'c', ['db']),
    held(other, 'd', ['shop']),
  ]);
  t.is(log.length, 8);
  for (let at = 0; at < log.length; at += 2) t.is(log[at]?.replace('begins', 'ends'), log[at + 1]);
});

test('work that fails lets go of the names, and while the store is away each server holds its own', async (t) => {
  const [one, other] = await twoServers(t);
  const fail = () => Promise.reject(new Error('refused'));
  await t.throwsAsync(holdNetworks(one, ['shop'], fail), { message: 'refused' });
  t.is(await holdNetworks(other, ['shop'], async () => 'held'), 'held');

  one.store.acquireLease = () => Promise.reject(new SatsumaError('store_unavailable', 'the store is away'));
  t.is(await holdNetworks(one, ['shop'], async () => 'held'), 'held');
});
