import test from 'ava';
import { toDockerSpec } from '../../src/engines/docker/spec.ts';
import { openDoor, openOther, sharedDoor, sharedOther } from './open-door.ts';

const Image = 'demo/busybox:1';

/** What an engine is asked to run of the body, or what is wrong with it. */
const held = test.macro(async (t, body: object, image: object) => {
  const { cluster } = await openDoor(t, { engines: 1 });
  // Those that bodies name.
  for (const name of ['db', 'cache', 'data', 'logs']) cluster.engines[0]?.runForeign(name);
  const door = await openOther(cluster, 'deblox', { enginePort: 2376 });
  const { body: answer } = await door('POST', '/', { action: 'create-raw-container', body });
  t.is(answer.statusCode, 201, JSON.stringify(answer));
  t.is(answer.dockerInstance, 'a.test');
  const made = cluster.engines[0]?.containers.get(answer.Response.Body.Id);
  t.deepEqual(made?.image as object, { name: Image, type: 'label', restart_policy: {}, ...image });
});

const refused = test.macro(async (t, body: unknown, message: string) => {
  const { cluster } = await sharedDoor();
  const door = await sharedOther('deblox', { enginePort: 2376 });
  const { status, body: answer } = await door('POST', '/', { action: 'create-raw-container', body });
  t.is(status, 200);
  t.deepEqual([answer.statusCode, answer.Response?.Body], [400, { message }]);
  t.is(cluster.engines[0]?.containers.size, 0);
});

const unheld = (name: string) => `an image config has no word for ${name}: nothing was made`;

test('an image alone', held, { Image }, {});
test(
  'a whole body',
  held,
  {
    Image,
    Hostname: 'web',
    Domainname: 'example.org',
    Cmd: ['httpd', '-f', ''],
    Entrypoint: '/init',
    Env: ['A=1', 'B=x=y', 'EMPTY='],
    ExposedPorts: { '80/tcp': {}, '53/udp': {} },
    Volumes: { '/data': {}, '/cache': {} },
    HostConfig: {
      Binds: ['/srv:/data:ro'],
      PortBindings: { '80/tcp': [{ HostIp: '10.0.0.5', HostPort: '8080' }, { HostPort: '8081' }], '53/udp': [{}] },
      Memory: 64 * 2 ** 20 + 1,
      NanoCpus: 250_000_001,
      RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 },
      NetworkMode: 'default',
      Links: ['/db:database', 'cache'],
      Devices: [{ PathOnHost: '/dev/null', PathInContainer: '/dev/modem', CgroupPermissions: 'rw' }],
    },
  },
  {
    hostname: 'web',
    domain: 'example.org',
    args: ['httpd', '-f', ''],
    entrypoint: ['/init'],
    environment: { A: '1', B: 'x=y', EMPTY: '' },
    bind_ports: [
      { proto: 'tcp', container_port: 80, host_ip: '10.0.0.5', port: 8080 },
      { proto: 'tcp', container_port: 80, port: 8081 },
      { proto: 'udp', container_port: 53 },
    ],
    volumes: ['/srv:/data:ro', '/cache'],
    cpus: 0.251,
    memory: 65,
    links: { db: 'database', cache: 'cache' },
    devices: ['/dev/null:/dev/modem:rw'],
    restart_policy: { name: 'on-failure', maximum_retry: 3 },
  },
);
test(
  'what clients write who say nothing',
  held,
  {
    ...{ Image, Tty: false, OpenStdin: false, User: '', WorkingDir: '', Cmd: null, Env: [], Labels: {}, OnBuild: null },
    ...{
      AttachStdout: true,
      AttachStderr: true,
      VolumesFrom: '',
      Dns: null,
      NetworkingConfig: { EndpointsConfig: {} },
    },
    HostConfig: {
      ...{ Privileged: false, CapAdd: null, LogConfig: { Type: '', Config: {} }, ConsoleSize: [24, 80] },
      ...{ MemorySwappiness: -1, RestartPolicy: { Name: '', MaximumRetryCount: 0 }, PortBindings: { '80/tcp': [] } },
      ...{ Binds: [], PublishAllPorts: true },
    },
  },
  {
    publish: true,
    bind_ports: [{ proto: 'tcp', container_port: 80 }],
    docker: { AttachStdout: true, AttachStderr: true },
  },
);
test(
  'the limits of 2014',
  held,
  { Image, Memory: 512 * 2 ** 20, CpuShares: 512, HostConfig: null },
  { memory: 512, cpus: 0.5 },
);
test(
  'a host port that the engine chooses',
  held,
  { Image, HostConfig: { PortBindings: { '80': [{ HostPort: '0' }] } } },
  {
    bind_ports: [{ proto: 'tcp', container_port: 80 }],
  },
);

test(
  'the volumes of others',
  held,
  { Image, HostConfig: { VolumesFrom: ['/data:ro', 'logs'] } },
  { volumes_from: ['data:ro', 'logs'] },
);

test(
  'labels',
  held,
  { Image, Labels: { 'com.example.team': 'web', empty: '' } },
  {
    user_data: { 'com.example.team': ['web'], empty: [''] },
    container_labels: { 'com.example.team': 'web', empty: '' },
  },
);

test('no image', refused, { Cmd: ['sh'] }, '"Image" is required');
const runtime = {
  ...{ User: 'www:80', WorkingDir: '/srv', Tty: true, OpenStdin: true, StopSignal: 'SIGQUIT', StopTimeout: 5 },
  ExposedPorts: { '22/tcp': {} },
  Labels: { team: 'web' },
  Healthcheck: {
    ...{ Test: ['CMD-SHELL', 'true'], Interval: 2e9, Timeout: 1e9, StartPeriod: 3e9, StartInterval: 5e8, Retries: 4 },
  },
  Env: ['UNSET', 'A=1'],
  MacAddress: '02:00:00:00:00:01',
  HostConfig: {
    ...{ Init: true, Privileged: true, CapAdd: ['NET_ADMIN'], CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'] },
    ...{
      ReadonlyRootfs: true,
      Tmpfs: { '/run': 'size=64m' },
      ShmSize: 64 * 2 ** 20,
      Sysctls: { 'net.core.somaxconn': '9' },
    },
    ...{
      Ulimits: [{ Name: 'nofile', Soft: 10, Hard: 20 }],
      Dns: ['10.0.0.1'],
      DnsSearch: ['a.b'],
      DnsOptions: ['ndots:2'],
    },
    ...{ ExtraHosts: ['db:10.0.0.2'], PidMode: 'host', IpcMode: 'host', UTSMode: 'host', UsernsMode: 'host' },
    ...{ CgroupParent: '/x', Runtime: 'runc', LogConfig: { Type: 'json-file', Config: { 'max-size': '1m' } } },
    ...{ MemoryReservation: 32 * 2 ** 20, MemorySwap: -1, PidsLimit: 9, CpusetCpus: '0-1', OomKillDisable: true },
    ...{ OomScoreAdj: -5, GroupAdd: ['audio'], DeviceCgroupRules: ['c 42:* rmw'], AutoRemove: true },
    Mounts: [
      { Type: 'volume', Source: 'data', Target: '/data', ReadOnly: true, VolumeOptions: { NoCopy: true } },
      {
        ...{ Type: 'tmpfs', Source: '', Target: '/tmp' },
        TmpfsOptions: { SizeBytes: 2 ** 20, Mode: 0o1770, Options: [['noexec'], ['uid', '5']] },
      },
      {
        ...{ Type: 'volume', Source: '', Target: '/n' },
        VolumeOptions: {
          ...{ Labels: { a: 'b' }, Subpath: 'in/it' },
          DriverConfig: { Name: 'local', Options: { type: 'nfs', o: 'addr=10.0.0.9', device: ':/x' } },
        },
      },
      {
        ...{ Type: 'bind', Source: '/srv', Target: '/srv', ReadOnly: true, Consistency: 'cached' },
        BindOptions: { Propagation: 'rprivate', ReadOnlyForceRecursive: true, CreateMountpoint: true },
      },
      { Type: 'image', Source: 'demo/data:1', Target: '/i', ImageOptions: { Subpath: 'in' } },
    ],
    BlkioWeight: 300,
    DeviceRequests: [{ Driver: '', Count: -1, DeviceIDs: null, Capabilities: [['gpu']], Options: {} }],
  },
};

test('all that Docker can be asked for comes to the engine as it was said', async (t) => {
  const { cluster } = await openDoor(t, { engines: 1 });
  cluster.engines[0]?.images.add('demo/data:1');
  const door = await openOther(cluster, 'deblox', { enginePort: 2376 });
  const { body: answer } = await door('POST', '/', { action: 'create-raw-container', body: { Image, ...runtime } });
  t.is(answer.statusCode, 201, JSON.stringify(answer));
  const made = cluster.engines[0]?.containers.get(answer.Response.Body.Id);
  const image = made?.image ?? { name: '', type: '', restart_policy: {} };
  const { BlkioWeight, DeviceRequests } = runtime.HostConfig;
  const rest = { MacAddress: '02:00:00:00:00:01', HostConfig: { BlkioWeight, DeviceRequests } };
  t.deepEqual(image.docker, { ...rest, Env: ['UNSET'] });
  const { name: _, Labels, ...sent } = toDockerSpec({ image, name: '', labels: { 'satsuma.x': 'y' }, maximumCpus: 1 });
  t.deepEqual({ ...sent, Labels }, { Image, ...runtime, Labels: { team: 'web', 'satsuma.x': 'y' } });
});

test(
  'a share beside a limit',
  refused,
  { Image, CpuShares: 2, HostConfig: { NanoCpus: 1e9 } },
  unheld('CpuShares beside NanoCpus'),
);
test(
  'a quota of CPU time',
  refused,
  { Image, HostConfig: { CpuQuota: 50_000, CpuPeriod: 100_000 } },
  unheld('HostConfig.CpuQuota, HostConfig.CpuPeriod'),
);
test(
  'what no Docker knows',
  refused,
  { Image, HostConfig: { Foo: 1 } },
  '"docker" must not have HostConfig.Foo, which no Docker knows',
);
test(
  'a range of ports',
  refused,
  { Image, HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '8000-8010' }] } } },
  '"HostConfig.PortBindings.80/tcp[0].HostPort" must be the number of one port',
);
test(
  'what no image config may say',
  refused,
  { Image, HostConfig: { Memory: 1024, NetworkMode: '../host' } },
  '"memory" must be greater than or equal to 6 MB; "network_mode" with value "../host" fails to match the required pattern: /^[a-zA-Z0-9][a-zA-Z0-9_.:-]*$/',
);
test('a command that is a number', refused, { Image, Cmd: 5 }, '"Cmd" must be a list of texts');
