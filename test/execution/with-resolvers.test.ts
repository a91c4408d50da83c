import test from 'ava';
import { withResolvers } from '../../src/execution/with-resolvers.ts';
import type { ImageConfig } from '../../src/model/image-config.ts';

const discovery = { dns: { host: '10.0.0.5', port: 53 }, domain: 'satsuma', resolvers: ['172.18.0.1', '10.0.0.5'] };
const usual = { name: 'web:1', type: 'multi', restart_policy: { name: 'no' } } as const;
const image: ImageConfig = { ...usual, networks: ['front', { name: 'back', aliases: ['db'], ip: '10.1.0.9' }] };

test('containers in networks use the resolvers, with short names for their networks', (t) => {
  t.deepEqual(withResolvers(image, { discovery }, false), {
    ...image,
    dns: ['172.18.0.1', '10.0.0.5'],
    dns_search: ['front.net.satsuma', 'back.net.satsuma'],
    dns_options: ['ndots:1'],
  });
  const more = { ...image, dns_search: ['example.org'], dns_options: ['ndots:2', 'timeout:1'] };
  const { dns_search, dns_options } = withResolvers(more, { discovery }, false);
  t.deepEqual(dns_search, ['front.net.satsuma', 'back.net.satsuma', 'example.org']);
  t.deepEqual(dns_options, more.dns_options);
});

test('aliases of a replica depend on readiness, also with its own DNS settings', (t) => {
  const networks = [{ name: 'front' }, { name: 'back', ip: '10.1.0.9' }];
  t.deepEqual(withResolvers(image, { discovery }, true).networks, networks);
  const ways: readonly Partial<ImageConfig>[] = [
    { dns: ['1.1.1.1'] },
    { docker: { HostConfig: { Dns: ['1.1.1.1'] } } },
  ];
  for (const own of ways)
    t.deepEqual(withResolvers({ ...image, ...own }, { discovery }, true), { ...image, ...own, networks });
});

test('without resolvers or custom networks, a container is unchanged', (t) => {
  const { resolvers: _, ...without } = discovery;
  t.is(withResolvers(image, { discovery: without }, true), image);
  t.is(withResolvers(image, {}, true), image);
  const bridged: ImageConfig = { ...usual, networks: ['bridge'] };
  t.is(withResolvers(bridged, { discovery }, true), bridged);
});
