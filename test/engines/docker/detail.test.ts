import test from 'ava';
import { toContainerDetail } from '../../../src/engines/docker/detail.ts';
import type { ContainerDetail } from '../../../src/model/container.ts';

const id = 'f810083c6bfe'.padEnd(64, '0');

/** What matters of what dockerd 20.10 tells of README's redis. */
const inspected = ({
  Config = {},
  HostConfig = {},
  Ports = {},
}: {
  Config?: object;
  HostConfig?: object;
  Ports?: unknown;
}) => ({
  Id: id,
  Config: {
    Hostname: 'f810083c6bfe',
    Domainname: '',
    Env: ['PATH=/usr/bin', 'HOME=/', 'REDIS_VERSION=2.8.17', 'OPTIONS=a=b', 'EMPTY='],
    Cmd: ['redis-server'],
    Image: 'redis:latest',
    Volumes: { '/data': {} },
    Entrypoint: ['/entrypoint.sh'],
    ...Config,
  },
  HostConfig: {
    NetworkMode: 'default',
    PortBindings: { '6379/tcp': [{ HostIp: '', HostPort: '6379' }] },
    RestartPolicy: { Name: '', MaximumRetryCount: 0 },
    Memory: 0,
    NanoCpus: 0,
    ...HostConfig,
  },
  NetworkSettings: { Ports },
});

test('an inspect is mapped', (t) => {
  const Ports = {
    '6379/tcp': [
      { HostIp: '0.0.0.0', HostPort: '6379' },
      { HostIp: '::', HostPort: '6379' },
    ],
    '16379/tcp': null,
  };
  t.deepEqual(toContainerDetail(inspected({ Ports })), {
    id,
    imageName: 'redis:latest',
    hostname: 'f810083c6bfe',
    domain: '',
    entrypoint: ['/entrypoint.sh'],
    args: ['redis-server'],
    environment: { REDIS_VERSION: '2.8.17', OPTIONS: 'a=b', EMPTY: '' },
    volumes: ['/data'],
    restartPolicy: {},
    networkMode: 'bridge',
    cpus: 0,
    memory: 0,
    bindPorts: [{ proto: 'tcp', port: 6379, container_port: 6379 }],
    ports: [{ proto: 'tcp', host_ip: '0.0.0.0', port: 6379, container_port: 6379 }],
  });
});

const reported = test.macro({
  exec: (t, said: Parameters<typeof inspected>[0], expected: Partial<ContainerDetail>) => {
    t.like(toContainerDetail(inspected(said)), expected);
  },
  title: (_, said) => `inspect with ${JSON.stringify(said)}`,
});

test(
  reported,
  { Config: { Entrypoint: null, Cmd: null, Env: null, Volumes: null } },
  { entrypoint: [], args: [], volumes: [] },
);
test(reported, { Config: { Entrypoint: '/init' } }, { entrypoint: ['/init'] });
test(reported, { HostConfig: { NetworkMode: 'host' } }, { networkMode: 'host' });
test(reported, { HostConfig: { NanoCpus: 500_000_000 } }, { cpus: 0.5 });
test(reported, { HostConfig: { CpuQuota: 150_000, CpuPeriod: 100_000 } }, { cpus: 1.5 });
test(reported, { HostConfig: { CpuQuota: 50_000, CpuPeriod: 0 } }, { cpus: 0.5 });
test(reported, { HostConfig: { CpuQuota: -1 } }, { cpus: 0 });
test(reported, { HostConfig: { Memory: 536_870_912 } }, { memory: 512 });
test(reported, { HostConfig: { Memory: 1 } }, { memory: 1 });
test(
  reported,
  { HostConfig: { RestartPolicy: { Name: 'no', MaximumRetryCount: 0 } } },
  { restartPolicy: { name: 'no' } },
);
test(
  reported,
  { HostConfig: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 } } },
  {
    restartPolicy: { name: 'on-failure', maximum_retry: 3 },
  },
);
test(
  reported,
  { HostConfig: { Binds: ['/srv:/data:ro', 'logs:/logs'] } },
  { volumes: ['/srv:/data:ro', 'logs:/logs'] },
);
test(reported, { HostConfig: { PortBindings: null }, Ports: null }, { bindPorts: [], ports: [] });
test(
  reported,
  { HostConfig: { PortBindings: { '53/udp': [{ HostIp: '10.0.0.5', HostPort: '' }] } } },
  {
    bindPorts: [{ proto: 'udp', host_ip: '10.0.0.5', container_port: 53 }],
  },
);

const hosts = (HostIp: unknown) => ({ HostConfig: { PortBindings: { '5432/tcp': [{ HostIp, HostPort: '5432' }] } } });
const bound = { proto: 'tcp', port: 5432, container_port: 5432 } as const;
// Docker binds a name on all addresses.
test(reported, hosts('localhost'), { bindPorts: [bound] });
test(reported, hosts('db.example.test'), { bindPorts: [bound] });
test(reported, hosts('[::]'), { bindPorts: [{ ...bound, host_ip: '::' }] });
test(reported, hosts('[::1]'), { bindPorts: [{ ...bound, host_ip: '::1' }] });
test(reported, hosts('1.2.3.4\n'), {
  bindPorts: [bound],
  unclear: 'HostIp is a text of 8 characters, not an IP address',
});
test(reported, { Config: { Hostname: 'a\u0000b' } }, { hostname: 'a\ufffdb' });
test(
  reported,
  { HostConfig: { PortBindings: { '8000-8010/udp': [{ HostIp: '', HostPort: '53' }] } } },
  {
    bindPorts: [{ proto: 'udp', port: 53, container_port: 0 }],
    unclear: 'a container port is NaN, not an integer',
  },
);

test('a variable may be named __proto__', (t) => {
  const { environment } = toContainerDetail(inspected({ Config: { Env: ['__proto__=x'] } }));
  t.deepEqual(Object.entries(environment), [['__proto__', 'x']]);
});

test('containers of citadel are recognized by their variables, which are hidden', (t) => {
  const Env = ['_citadel_type=service', '_citadel_labels=ssd,,eu', 'A=_citadel_type=no'];
  const detail = toContainerDetail(inspected({ Config: { Env }, HostConfig: { CpuShares: 12 } }));
  t.deepEqual(detail.environment, { A: '_citadel_type=no' });
  t.deepEqual(detail.citadel, { type: 'service', labels: ['ssd', 'eu'], cpuShares: 12 });
  const plain = toContainerDetail(inspected({ HostConfig: { CpuShares: 12 } }));
  t.is(plain.citadel, undefined, 'shares of others mean nothing in CPUs');
  t.is(plain.cpus, 0);
});
