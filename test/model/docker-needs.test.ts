import test from 'ava';
import { toDockerSpec } from '../../src/engines/docker/spec.ts';
import { dockerNeeds, unknownField, unmetNeed } from '../../src/model/docker-needs.ts';
import type { ImageConfig } from '../../src/model/image-config.ts';
import { imageDockerNeeds } from '../../src/model/image-docker-needs.ts';

const needing = test.macro({
  exec: (t, body: object, expected: Readonly<Record<string, number>>) => {
    t.deepEqual(Object.fromEntries(dockerNeeds(body).map(({ path, since }) => [path, since])), expected);
    t.is(unknownField(body), undefined);
  },
  title: (_, body) => `API needs of ${JSON.stringify(body)}`,
});

test(needing, { Image: 'a', Env: ['A=1'], HostConfig: { Binds: ['/a:/b'], Memory: 1 } }, {});
test(needing, { Healthcheck: { StartInterval: 1 } }, { 'Healthcheck.StartInterval': 44 });
test(needing, { HostConfig: { Annotations: { a: 'b' } } }, { 'HostConfig.Annotations': 43 });
test(needing, { HostConfig: { CgroupnsMode: 'host' } }, { 'HostConfig.CgroupnsMode': 41 });
test(needing, { HostConfig: { IpcMode: 'host' } }, {});
test(needing, { HostConfig: { IpcMode: 'private' } }, { 'HostConfig.IpcMode': 32 });
// What Go's programs write for what they do not say.
test(needing, { HostConfig: { Annotations: null, CgroupnsMode: '', ConsoleSize: [0, 0], Mounts: [] } }, {});
test(
  needing,
  { NetworkingConfig: { EndpointsConfig: { 'a.b': { MacAddress: '02:42:ac:11:00:02', IPAMConfig: {} } } } },
  { 'NetworkingConfig.EndpointsConfig.a.b.MacAddress': 44 },
);
test(
  needing,
  { HostConfig: { Mounts: [{ Type: 'bind', Source: '/a', Target: '/b', BindOptions: { CreateMountpoint: true } }] } },
  {
    'HostConfig.Mounts': 25,
    ...Object.fromEntries(['Type', 'Source', 'Target'].map((key) => [`HostConfig.Mounts[0].${key}`, 25])),
    'HostConfig.Mounts[0].BindOptions': 25,
    'HostConfig.Mounts[0].BindOptions.CreateMountpoint': 42,
  },
);

const unknown = test.macro({
  exec: (t, body: object, path: string, nearest?: string) => {
    t.deepEqual(unknownField(body), { path, ...(nearest !== undefined && { nearest }) });
  },
  title: (_, body) => `unknown: ${JSON.stringify(body)}`,
});

test(unknown, { HostConfig: { Foo: 1 } }, 'HostConfig.Foo');
test(unknown, { HostConfig: { Foo: null } }, 'HostConfig.Foo');
test(unknown, { hostConfig: {} }, 'hostConfig', 'HostConfig');
test(unknown, { BlkioWeight: 1 }, 'BlkioWeight', 'HostConfig.BlkioWeight');
test(unknown, { HostConfig: { BlkioWieght: 1 } }, 'HostConfig.BlkioWieght', 'HostConfig.BlkioWeight');
test(unknown, { HostConfig: { MacAddress: 'x' } }, 'HostConfig.MacAddress', 'MacAddress');
test(
  unknown,
  { HostConfig: { Mounts: [{}, { Traget: '/a' }] } },
  'HostConfig.Mounts[1].Traget',
  'HostConfig.Mounts[1].Target',
);
test(
  unknown,
  { NetworkingConfig: { EndpointsConfig: { net: { IPv4Address: '10.0.0.9' } } } },
  'NetworkingConfig.EndpointsConfig.net.IPv4Address',
);
// No way around the table: names that every object of JavaScript has.
test(unknown, JSON.parse('{"__proto__": {"Foo": 1}}'), '__proto__');
test(unknown, { constructor: 1 }, 'constructor');

test('a removed field needs an older Docker', (t) => {
  const [need] = dockerNeeds({ HostConfig: { KernelMemory: 4_194_304 } });
  t.truthy(need);
  if (!need) return;
  t.is(unmetNeed(need, 41), undefined);
  t.is(
    unmetNeed(need, 42),
    'HostConfig.KernelMemory is gone since Docker API 1.42 (Docker 23), and the engine speaks 1.42',
  );
});

/** What fields are said to need is what the bodies need that are made of them. */
const images: readonly Partial<ImageConfig>[] = [
  {},
  { cpus: 1, memory: 64, environment: { A: '' }, publish: true, tty: true, stop_timeout: 3, auto_remove: true },
  { init: false, user: 'a', ulimits: { nofile: 1 }, sysctls: { a: 'b' }, log_driver: 'none', runtime: 'runc' },
  { init: true, device_cgroup_rules: ['c 1:3 r'], platform: 'linux/amd64', ipc_mode: 'shareable' },
  { ipc_mode: 'container:a', pid_mode: 'host', uts_mode: 'host', userns_mode: 'host', cgroup_parent: '/a' },
  { health_check: { test: 'true', start_period: 2 } },
  { health_check: { start_interval: 2 } },
  { gpus: 'all' },
  { gpus: { driver: 'nvidia', device_ids: ['0'] } },
  { devices: ['/dev/null'] },
  { devices: ['/dev/null', 'vendor.example/net=eth0'] },
  { networks: [{ name: 'a', aliases: ['b'], ip: '10.0.0.9' }, 'c'] },
  { networks: [{ name: 'a', link_local_ips: ['169.254.1.2'], driver_opts: { a: 'b' } }] },
  { networks: [{ name: 'a' }, { name: 'b', mac_address: '02:42:ac:11:00:02' }] },
  { networks: [{ name: 'a', gw_priority: 5 }] },
  { docker: { HostConfig: { DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ['a'] }], Annotations: { a: 'b' } } } },
  { docker: { MacAddress: 'x' } },
  ...[
    { type: 'tmpfs', size: 1, tmpfs_mode: '1770' } as const,
    { type: 'tmpfs', tmpfs_options: ['noexec'] } as const,
    { type: 'volume', source: 'v', nocopy: true, volume_driver: 'local', volume_opts: { a: 'b' } } as const,
    { type: 'volume', source: 'v', volume_labels: { a: 'b' }, consistency: 'cached' } as const,
    { type: 'volume', source: 'v', subpath: 'a' } as const,
    { type: 'bind', source: '/a', propagation: 'rslave' } as const,
    { type: 'bind', source: '/a', bind_recursive: 'disabled' } as const,
    { type: 'bind', source: '/a', read_only: true, bind_recursive: 'writable' } as const,
    { type: 'bind', source: '/a', read_only: true, bind_recursive: 'readonly' } as const,
    { type: 'bind', source: '/a', bind_create_mountpoint: true } as const,
    { type: 'image', source: 'a', subpath: 'b' } as const,
  ].map((mount) => ({ mounts: [{ ...mount, target: '/m' }] })),
];

for (const asked of images) {
  test(`fields have the API needs of their body: ${JSON.stringify(asked)}`, (t) => {
    const image: ImageConfig = { name: 'a', type: 'label', restart_policy: {}, ...asked };
    const body = toDockerSpec({ image, name: 'web', labels: { a: 'b' }, maximumCpus: 4 });
    const newest = (needs: readonly { readonly since: number }[]) => Math.max(...needs.map(({ since }) => since));
    t.is(newest(imageDockerNeeds(image)), newest(dockerNeeds(body)));
    t.is(unknownField(body), undefined);
  });
}
