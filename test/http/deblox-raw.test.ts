import test from 'ava';
import { openDoor, openOther } from './open-door.ts';

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
  const { cluster } = await openDoor(t, { engines: 1 });
  const door = await openOther(cluster, 'deblox', { enginePort: 2376 });
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
  { publish: true, bind_ports: [{ proto: 'tcp', container_port: 80 }] },
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
  },
);

test('labels are not set as such, and a warning says so', async (t) => {
  const { cluster } = await openDoor(t, { engines: 1 });
  const door = await openOther(cluster, 'deblox', { enginePort: 2376 });
  const ask = (body: object) => door('POST', '/', { action: 'create-raw-container', body });
  const { Response } = (await ask({ Image, Labels: { a: 'b' } })).body;
  t.regex(Response.Body.Warnings[0], /^Labels are kept as user_data, and not set/);
  t.is((await ask({ Image, Labels: {} })).body.Response.Body.Warnings, null);
});

test('no image', refused, { Cmd: ['sh'] }, '"Image" is required');
test('privileges', refused, { Image, HostConfig: { Privileged: true } }, unheld('HostConfig.Privileged'));
test(
  'whatever there is no word for, all at once',
  refused,
  { Image, User: 'root', Tty: true, HostConfig: { CapAdd: ['ALL'], PidMode: 'host' } },
  unheld('User, Tty, HostConfig.CapAdd, HostConfig.PidMode'),
);
test(
  'a port that is not bound',
  refused,
  { Image, ExposedPorts: { '22/tcp': {} } },
  unheld('the port 22/tcp, which is not bound'),
);
test(
  'a variable without a value',
  refused,
  { Image, Env: ['SECRET', 'A=1'] },
  unheld('variables without a value in Env'),
);
test(
  'a share beside a limit',
  refused,
  { Image, CpuShares: 2, HostConfig: { NanoCpus: 1e9 } },
  unheld('CpuShares beside NanoCpus'),
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
  '"memory" must be greater than or equal to 6; "network_mode" with value "../host" fails to match the required pattern: /^[a-zA-Z0-9][a-zA-Z0-9_.:-]*$/',
);
test('a command that is a number', refused, { Image, Cmd: 5 }, '"Cmd" must be a list of texts');
