import test from 'ava';
import type Docker from 'dockerode';
import { toContainerList, toContainerSummary } from '../../../src/engines/docker/summary.ts';
import type { ContainerSummary } from '../../../src/model/container.ts';

const id = 'f810083c6bfe'.padEnd(64, '0');

/** As dockerd 20.10 lists it. */
const entry: Docker.ContainerInfo = {
  Id: id,
  Names: ['/sad_hodgkin'],
  Image: 'redis:latest',
  ImageID: 'sha256:0',
  Command: '/entrypoint.sh redis-server',
  Created: 1_700_000_000,
  Ports: [
    { IP: '0.0.0.0', PrivatePort: 6379, PublicPort: 6379, Type: 'tcp' },
    { IP: '::', PrivatePort: 6379, PublicPort: 6379, Type: 'tcp' },
  ],
  Labels: { a: 'b' },
  State: 'running',
  Status: 'Up 2 minutes',
  HostConfig: { NetworkMode: 'default' },
  NetworkSettings: { Networks: {} },
  Mounts: [],
};

test('only addresses in user-defined networks are listed', (t) => {
  const networks = (Networks: object) =>
    toContainerSummary({ ...entry, NetworkSettings: { Networks } } as typeof entry);
  const addressed = networks({
    bridge: { IPAddress: '172.17.0.2' },
    front: { IPAddress: '10.0.1.3' },
    six: { IPAddress: '', GlobalIPv6Address: '2001:db8::3' },
    stopped: { IPAddress: '' },
    strange: { IPAddress: 'http://x' },
    none: null,
  });
  t.deepEqual(addressed?.addresses, { front: '10.0.1.3', six: '2001:db8::3' });
  t.is(addressed?.unclear, undefined);
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`n${n}`, { IPAddress: '10.0.0.1' }]));
  t.is(Object.keys(networks(many)?.addresses ?? {}).length, 16);
  t.false('addresses' in (networks({ bridge: { IPAddress: '172.17.0.2' } }) ?? {}));
});

test('a list entry is mapped', (t) => {
  t.deepEqual(toContainerSummary(entry), {
    id,
    name: 'sad_hodgkin',
    imageName: 'redis:latest',
    state: 'running',
    status: 'Up 2 minutes',
    labels: { a: 'b' },
    ports: [{ proto: 'tcp', host_ip: '0.0.0.0', port: 6379, container_port: 6379 }],
    createdAt: '2023-11-14T22:13:20.000Z',
  });
});

const reported = test.macro({
  exec: (t, said: object, expected: Partial<ContainerSummary>) => {
    t.like(toContainerSummary({ ...entry, ...said }), expected);
  },
  title: (_, said) => `list entry with ${JSON.stringify(said)}`,
});

test(reported, { Names: ['/web/db', '/database'] }, { name: 'database' });
test(reported, { Names: ['/database', '/web/db'] }, { name: 'database' });
test(reported, { Names: ['/web/db'] }, { name: 'web/db' });
test(reported, { Names: [] }, { name: '' });
test(reported, { Names: null }, { name: '' });
test(reported, { State: 'exited' }, { state: 'exited' });
test(
  reported,
  { State: 'exited', Status: 'Exited (3) 2 minutes ago' },
  { status: 'Exited (3) 2 minutes ago', exitCode: 3 },
);
test(reported, { State: 'exited', Status: 'Exited (0) About an hour ago' }, { exitCode: 0 });
test(reported, { State: 'restarting', Status: 'Restarting (137) 5 seconds ago' }, { exitCode: 137 });
test(reported, { Status: 5 }, { unclear: 'Status is 5, not a text' });
test(
  reported,
  { Status: 'Up\u001b[2J' },
  { status: 'Up\ufffd[2J', unclear: 'Status is a text of 6 characters, not one line' },
);
test(reported, { State: 'configured' }, { state: 'created' });
test(reported, { State: 'a new word' }, { state: 'running', unclear: 'State is a word that is not known' });
test(reported, { State: '__proto__' }, { state: 'running', unclear: 'State is a word that is not known' });
test(
  reported,
  { Image: 'a\u001bb' },
  { imageName: 'a\ufffdb', unclear: 'Image is a text of 3 characters, not one line' },
);
test(reported, { Names: [5, '/web'] }, { name: 'web', unclear: 'a name is 5, not a text' });
test(
  reported,
  { Ports: [{ IP: 5, PublicPort: 81, Type: 'tcp' }] },
  {
    ports: [{ proto: 'tcp', host_ip: '0.0.0.0', port: 81, container_port: 0 }],
    unclear: 'IP is 5, not an IP address; PrivatePort is missing, not an integer',
  },
);
test(reported, { Labels: null, Ports: null }, { labels: {}, ports: [] });
test(reported, { Ports: [{ PrivatePort: 80, Type: 'tcp' }] }, { ports: [] });
test(
  reported,
  { Ports: [{ PrivatePort: 80, PublicPort: 81, Type: 'udp' }] },
  {
    ports: [{ proto: 'udp', host_ip: '0.0.0.0', port: 81, container_port: 80 }],
  },
);

test('an unusual status has no exit code', (t) => {
  t.false('status' in (toContainerSummary({ ...entry, Status: '' }) ?? {}));
  for (const Status of ['', 'Exited (99999999999999999999) long ago', 'Exited (x)']) {
    t.false('exitCode' in (toContainerSummary({ ...entry, Status }) ?? {}), Status);
  }
});

test('a failing HEALTHCHECK is in the status', (t) => {
  t.true(toContainerSummary({ ...entry, Status: 'Up 2 minutes (unhealthy)' })?.isUnhealthy);
  for (const Status of ['Up 2 minutes (healthy)', 'Up 1 second (health: starting)', 'Exited (1) 2 hours ago']) {
    t.is(toContainerSummary({ ...entry, Status })?.isUnhealthy, undefined, Status);
  }
});

test('an image may expose all ports', (t) => {
  const Ports = ['tcp', 'udp'].flatMap((Type) =>
    Array.from({ length: 16_384 }, (_, index) => ({ PrivatePort: 49_152 + index, Type })),
  );
  t.deepEqual(toContainerList([{ ...entry, Ports }]), toContainerList([{ ...entry, Ports: [] }]));
});

test('ports beyond the ledger’s limit are not counted', (t) => {
  const Ports = Array.from({ length: 5_000 }, (_, index) => ({ PrivatePort: 1, PublicPort: 1 + index, Type: 'udp' }));
  const summary = toContainerSummary({ ...entry, Ports });
  t.is(summary?.ports.length, 4_096);
  t.is(summary?.unclear, 'it binds 5000 ports, and 4096 of them are counted');
});

test('a duplicate ID is one unclear container', (t) => {
  const list = toContainerList([entry, { ...entry, State: 'exited' }]);
  t.like(list, { length: 1, leftOut: 1 });
  t.like(list[0], { id, state: 'running', unclear: 'its ID is listed twice' });
});
