import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { ImageConfig } from '../../src/model/image-config.ts';
import type { LanPlugin, NetworkPlugin, WanPlugin } from '../../src/model/network-plugin.ts';
import { withPlacedValues } from '../../src/model/placed-values.ts';
import { asNetworkPlugin, buildNetworkPlugins } from '../../src/network-plugins/registry.ts';
import { importModules } from '../../src/runtime/import-modules.ts';
import { openDoor } from '../http/open-door.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const engine = { addr: 'https://10.0.0.1:2376', labels: ['lan=10.1.0.1', 'wan=203.0.113.5'] };
const service = { image: 'demo/busybox:1', ports: { http: 8080 }, wan_map: { ':80': 'http', '10.0.0.9:81': 'http' } };
const loopbackLan: LanPlugin = {
  kind: 'lan',
  name: 'loopback_lan',
  description: 'a third one',
  describe: ({ ports }) => ({
    bindPorts: ports.map(({ number: container_port, assigned: port }) => {
      return { proto: 'tcp', host_ip: '127.0.0.1', port, container_port };
    }),
    networks: [],
    neededNetworks: [],
    addresses: ports.map(({ assigned: port }) => ({ host: '127.0.0.1', port })),
    userData: {},
  }),
};
const edgeWan: WanPlugin = {
  kind: 'wan',
  name: 'edge_wan',
  description: 'another one',
  describe: ({ ports }) => ({
    bindPorts: [],
    networks: ports.length > 0 ? [{ name: 'edge', aliases: [] }] : [],
    userData: {},
  }),
};

async function deployed(t: Parameters<typeof openDoor>[0], plugins: readonly NetworkPlugin[], made: object = {}) {
  const { call, cluster } = await openDoor(t, { engines: 1, networkPlugins: plugins });
  const created = await call('PUT', '/apiv1/deployment/shop', made);
  const body = { services: { web: service } };
  const planned = await call('POST', '/apiv1/deployment/shop/plan', body);
  if (planned.status === 200) await call('POST', '/apiv1/deployment/shop/setup', body);
  return { created, planned, image: cluster.cache.services.get('shop-web')?.value.spec.image };
}

test('LAN and WAN ports are bound to the addresses in the labels of the engine', async (t) => {
  const { image, created } = await deployed(t, []);
  t.like(created.body.data, { lan: 'host_lan', wan: 'host_wan' });
  const bound = (labels: readonly string[]) =>
    withPlacedValues(image ?? t.fail(), { ...engine, labels }).bind_ports?.map((each) => each.host_ip);
  t.deepEqual(bound(engine.labels), ['10.1.0.1', '203.0.113.5', '10.0.0.9']);
  t.deepEqual(bound(['wan=203.0.113.5']), [undefined, '203.0.113.5', '10.0.0.9']);
  t.deepEqual(bound([]), [undefined, undefined, '10.0.0.9']);
  t.is(withPlacedValues(image ?? t.fail(), engine).environment?.HOST, '10.1.0.1');
});

test('WAN ports have the address of the engine where nothing else of the service has', (t) => {
  const { describe } = buildNetworkPlugins().wans.get('host_wan') ?? t.fail();
  const { bindPorts, userData } = describe({ deployment: 'a', name: 'b', ports: [{ name: '', number: 1, port: 80 }] });
  const image: ImageConfig = {
    name: 'a',
    type: 'multi',
    restart_policy: {},
    bind_ports: bindPorts,
    user_data: userData,
  };
  t.deepEqual(withPlacedValues(image, engine).bind_ports, [
    { proto: 'tcp', host_ip: '203.0.113.5', port: 80, container_port: 1 },
  ]);
});

test('a third plug-in is chosen by its name, and one that is not there is refused with those that are', async (t) => {
  const { image, created } = await deployed(t, [loopbackLan, edgeWan], { lan: 'loopback_lan', wan: 'edge_wan' });
  t.like(created.body.data, { lan: 'loopback_lan', wan: 'edge_wan' });
  t.is(image?.bind_ports?.length, 1);
  t.like(image?.bind_ports?.[0], { host_ip: '127.0.0.1', container_port: 8080 });
  t.deepEqual(image?.networks, [{ name: 'edge', aliases: [] }]);
  t.is(image?.environment?.HOST, '127.0.0.1');
  const unknown = await deployed(t, [loopbackLan], { lan: 'loopback' });
  t.is(unknown.created.status, 400);
  t.regex(JSON.stringify(unknown.created.body), /there are host_lan, network_lan, loopback_lan/);
});

const nonsense: readonly (readonly [string, () => unknown])[] = [
  [
    'failed: no address',
    () => {
      throw new Error('no address');
    },
  ],
  ['answers no', () => undefined],
  [
    'answers no "bindPorts"',
    () => ({
      ...loopbackLan.describe({ deployment: '', name: '', ports: [] }),
      addresses: [{ host: 'a', port: 1 }],
      bindPorts: [{ port: 80 }],
    }),
  ],
  ['answers no "addresses"', () => loopbackLan.describe({ deployment: '', name: '', ports: [] })],
  [
    'failed',
    () => {
      throw undefined;
    },
  ],
];
for (const [said, describe] of nonsense) {
  test(`a plug-in that ${said} refuses the deployment`, async (t) => {
    const bad = { ...loopbackLan, describe } as LanPlugin;
    const { planned, image } = await deployed(t, [bad], { lan: 'loopback_lan' });
    t.is(planned.status, 400);
    t.true(JSON.stringify(planned.body).replaceAll('\\"', '"').includes(`the plug-in loopback_lan ${said}`));
    t.is(image, undefined);
  });
}

test('names are unique and valid', (t) => {
  t.throws(() => buildNetworkPlugins([{ ...loopbackLan, name: 'host_wan' }]), {
    message: 'there is a network plug-in host_wan already',
  });
  t.throws(() => buildNetworkPlugins([{ ...loopbackLan, name: 'a b' }]), { message: /not a valid name/ });
});

test('a module of a user exports one plug-in or several', async (t) => {
  const folder = temporaryFolder(t);
  const path = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const load = (...modules: string[]) => importModules(modules, { what: 'network plug-in', as: asNetworkPlugin });
  const text = (name: string) => `{ kind: 'lan', name: '${name}', describe: () => ({}) }`;
  const found = await load(
    path('one.mjs', `export default ${text('a')}`),
    path('two.mjs', `export default [${text('b')}, ${text('c')}]`),
  );
  t.deepEqual(
    found.map(({ name }) => name),
    ['a', 'b', 'c'],
  );
  await t.throwsAsync(load(path('bad.mjs', "export default { name: 'a' }")), {
    message: /must export by default a network plug-in/,
  });
  await t.throwsAsync(load(join(folder, 'none.mjs')), { message: /cannot import the network plug-in module/ });
});
