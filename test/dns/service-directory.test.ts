import test from 'ava';
import { serviceDirectory } from '../../src/dns/service-directory.ts';
import type { ServiceRecord } from '../../src/model/service.ts';
import { startCluster } from '../fixtures/harness.ts';

const record = (networks: readonly object[] = []) =>
  ({ id: 'x', spec: { image: { name: 'i', networks } } }) as unknown as ServiceRecord;

test('a service is found case-insensitively, from its creation to its removal', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { cache } = cluster;
  const { serviceNamed } = serviceDirectory(cluster);
  t.is(serviceNamed('shop'), undefined);
  const { version } = cache;
  cache.apply({ kind: 'service', id: 'Shop', version: version + 1, value: record() });
  t.is(serviceNamed('shop'), 'Shop');
  cache.apply({ kind: 'service', id: 'Shop', version: version + 2 });
  t.is(serviceNamed('shop'), undefined);
});

test('a service that differs from another one by case only is found by its id until it is removed', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { cache } = cluster;
  const { serviceWithId } = serviceDirectory(cluster);
  const put = (id: string, recordId: string) =>
    cache.apply({ kind: 'service', id, version: cache.version + 1, value: { ...record(), id: recordId } });
  put('web', 'one');
  put('Web', 'two');
  t.deepEqual(['one', 'two'].map(serviceWithId), ['web', 'Web']);
  put('web', 'three');
  t.deepEqual(['one', 'three'].map(serviceWithId), [undefined, 'web']);
});

test('the index is built once per change of services, however many names are queried', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  let walks = 0;
  const { services } = cluster.cache;
  const all = services.all.bind(services);
  services.all = () => {
    walks += 1;
    return all();
  };
  const { serviceNamed } = serviceDirectory(cluster);
  for (let n = 0; n < 100; n++) t.is(serviceNamed(`nobody-${n}`), undefined);
  t.is(walks, 1);
});

test('suffixes of names with dots are known', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { cache } = cluster;
  const value = record();
  cache.apply({ kind: 'service', id: 'Shop.Api.v1', version: cache.version + 1, value });
  const { isEndOfNames } = serviceDirectory(cluster);
  t.deepEqual(['v1', 'api.v1', 'shop.api.v1', 'i.v1'].map(isEndOfNames), [true, true, false, false]);
});

test('an alias belongs to its network, and to all services that have it there', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { cache } = cluster;
  for (const id of ['one', 'two']) {
    const value = record([{ name: 'Front', aliases: ['Web', 'web'] }]);
    cache.apply({ kind: 'service', id, version: cache.version + 1, value });
  }
  const { membersNamed } = serviceDirectory(cluster);
  t.deepEqual(membersNamed('web', 'front'), []);
  t.deepEqual(membersNamed('one', 'back'), []);
  t.is(membersNamed('web', 'back'), undefined);
});
