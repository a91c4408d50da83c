import test from 'ava';
import { toDockerSpec } from '../../../src/engines/docker/spec.ts';
import type { ImageConfig } from '../../../src/model/image-config.ts';

const image: ImageConfig = { name: 'redis', type: 'multi', restart_policy: {} };
const spec = (asked: Partial<ImageConfig>, maximumCpus = 4) =>
  toDockerSpec({ image: { ...image, ...asked }, name: 'web', labels: { a: 'b' }, maximumCpus });

test('a health test is a shell line, a program, or Docker’s own form', (t) => {
  const test = (asked: string | readonly string[]) => spec({ health_check: { test: asked } }).Healthcheck?.Test;
  t.deepEqual(test('curl -f localhost'), ['CMD-SHELL', 'curl -f localhost']);
  t.deepEqual(test(['curl', '-f', 'localhost']), ['CMD', 'curl', '-f', 'localhost']);
  for (const docker of [['CMD', 'true'], ['CMD-SHELL', 'true || false'], ['NONE']]) t.deepEqual(test(docker), docker);
});

test('absent fields are left to Docker', (t) => {
  t.deepEqual(spec({}), { name: 'web', Image: 'redis', Labels: { a: 'b' }, HostConfig: {} });
});

const body = test.macro({
  exec: (t, asked: Partial<ImageConfig>, expected: object) => {
    t.deepEqual(spec(asked), { ...spec({}), ...expected });
  },
  title: (_, asked) => `body of ${JSON.stringify(asked)}`,
});

test(body, { environment: { A: 'b=c', EMPTY: '' } }, { Env: ['A=b=c', 'EMPTY='] });
test(
  body,
  { environment: { A: 'b' }, secrets: [{ name: 'db', target: 'password', env: 'DB_PASSWORD_FILE' }, { name: 'key' }] },
  { Env: ['A=b', 'DB_PASSWORD_FILE=/run/secrets/password'] },
);
test(body, { docker: { Env: ['A', 'B'] }, environment: { B: '1' } }, { Env: ['A', 'B=1'] });
test(body, { docker: { Env: ['A'] } }, { Env: ['A'] });
test(
  body,
  { health_check: { interval: 2, start_interval: 0.5 } },
  { Healthcheck: { Interval: 2e9, StartInterval: 5e8 } },
);
test(
  body,
  {
    networks: [{ name: 'a', aliases: ['x'], driver_opts: { k: 'v' }, gw_priority: 2, link_local_ips: ['169.254.1.2'] }],
  },
  {
    HostConfig: { NetworkMode: 'a' },
    NetworkingConfig: {
      EndpointsConfig: {
        a: { Aliases: ['x'], DriverOpts: { k: 'v' }, GwPriority: 2, IPAMConfig: { LinkLocalIPs: ['169.254.1.2'] } },
      },
    },
  },
);
// The second is connected, the third is in the create, where its MAC address is heeded.
test(
  body,
  { networks: ['a', 'b', { name: 'c', mac_address: '02:42:ac:11:00:02' }] },
  {
    HostConfig: { NetworkMode: 'a' },
    NetworkingConfig: { EndpointsConfig: { a: {}, c: { MacAddress: '02:42:ac:11:00:02' } } },
  },
);
// Docker's own network is in the create only where another one is, which would stand in its place.
test(body, { networks: ['bridge', 'b'] }, { HostConfig: { NetworkMode: 'bridge' } });
test(
  body,
  { networks: ['bridge', { name: 'c', mac_address: '02:42:ac:11:00:02' }] },
  {
    HostConfig: { NetworkMode: 'bridge' },
    NetworkingConfig: { EndpointsConfig: { bridge: {}, c: { MacAddress: '02:42:ac:11:00:02' } } },
  },
);
test(body, { hostname: 'h', domain: 'd.test' }, { Hostname: 'h', Domainname: 'd.test' });
test(body, { args: ['sleep', '1'], entrypoint: ['/init'] }, { Cmd: ['sleep', '1'], Entrypoint: ['/init'] });
test(body, { args: [], entrypoint: [] }, { Cmd: [], Entrypoint: [] });
test(body, { volumes: ['/data'] }, { Volumes: { '/data': {} } });

const host = test.macro({
  exec: (t, asked: Partial<ImageConfig>, expected: object) => {
    t.deepEqual(spec(asked).HostConfig, expected);
  },
  title: (_, asked) => `host config of ${JSON.stringify(asked)}`,
});

test(host, { cpus: 0.5 }, { NanoCpus: 500_000_000, CpuShares: 512 });
test(host, { cpus: 1.1 }, { NanoCpus: 1_100_000_000, CpuShares: 1126 });
test(host, { cpus: 6 }, { NanoCpus: 4_000_000_000, CpuShares: 6144 });
test(host, { cpus: 0.001 }, { NanoCpus: 10_000_000, CpuShares: 2 });
test(host, { cpus: 1000 }, { NanoCpus: 4_000_000_000, CpuShares: 262_144 });
test(host, { cpus: 0, memory: 0 }, {});
test(host, { memory: 512 }, { Memory: 536_870_912 });
test(host, { volumes_from: ['data:ro'] }, { VolumesFrom: ['data:ro'] });
test(host, { links: { db: 'database', cache: 'c' } }, { Links: ['db:database', 'cache:c'] });
test(host, { network_mode: 'host', publish: true }, { NetworkMode: 'host', PublishAllPorts: true });
test(host, { restart_policy: { name: 'always', maximum_retry: 3 } }, { RestartPolicy: { Name: 'always' } });
test(
  host,
  { restart_policy: { name: 'on-failure', maximum_retry: 3 } },
  { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 } },
);
test(host, { volumes: ['/srv:/data:ro', 'name:/x', '/anonymous'] }, { Binds: ['/srv:/data:ro', 'name:/x'] });

const node = (PathOnHost: string, PathInContainer = PathOnHost, CgroupPermissions = 'rwm') => ({
  ...{ PathOnHost, PathInContainer, CgroupPermissions },
});
test(
  host,
  { devices: ['/dev/a', '/dev/b:r', '/dev/c:/dev/d', '/dev/e:/dev/f:rw'] },
  {
    Devices: [node('/dev/a'), node('/dev/b', '/dev/b', 'r'), node('/dev/c', '/dev/d'), node('/dev/e', '/dev/f', 'rw')],
  },
);
const gpus = (which: object) => ({ DeviceRequests: [{ Driver: '', Capabilities: [['gpu']], ...which }] });
test(host, { gpus: 'all' }, gpus({ Count: -1 }));
test(host, { gpus: 2 }, gpus({ Count: 2 }));
test(host, { gpus: ['0', 'GPU-fef8'] }, gpus({ DeviceIDs: ['0', 'GPU-fef8'] }));
test(host, { gpus: { driver: 'nvidia' } }, gpus({ Driver: 'nvidia', Count: 1 }));
test(
  host,
  { gpus: { count: 'all', capabilities: ['utility'], options: { a: 'b' } } },
  gpus({ Count: -1, Capabilities: [['utility', 'gpu']], Options: { a: 'b' } }),
);
// Devices by their CDI names, and what is asked for in Docker's words, beneath it.
test(
  host,
  {
    devices: ['/dev/a', 'vendor.example/net=eth0', 'vendor.example/net=eth1'],
    docker: { HostConfig: { DeviceRequests: [{ Driver: 'other' }], BlkioWeight: 3 } },
  },
  {
    Devices: [node('/dev/a')],
    DeviceRequests: [
      { Driver: 'other' },
      { Driver: 'cdi', DeviceIDs: ['vendor.example/net=eth0', 'vendor.example/net=eth1'] },
    ],
    BlkioWeight: 3,
  },
);
// What is counted is between Satsuma and its operator.
test(host, { resources: { gpu: 1 } }, {});

test('ports are exposed and bound, also several to one container port', (t) => {
  const { ExposedPorts, HostConfig } = spec({
    bind_ports: [
      { proto: 'tcp', port: 80, container_port: 8080 },
      { proto: 'tcp', host_ip: '10.0.0.5', port: 81, container_port: 8080 },
      { proto: 'udp', container_port: 53 },
      { proto: 'sctp', port: 0, container_port: 9 },
    ],
  });
  t.deepEqual(ExposedPorts, { '8080/tcp': {}, '53/udp': {}, '9/sctp': {} });
  t.deepEqual(HostConfig?.PortBindings, {
    '8080/tcp': [
      { HostIp: '', HostPort: '80' },
      { HostIp: '10.0.0.5', HostPort: '81' },
    ],
    '53/udp': [{ HostIp: '', HostPort: '' }],
    '9/sctp': [{ HostIp: '', HostPort: '' }],
  });
});
