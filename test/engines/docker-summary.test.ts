import test from 'ava';
import type Docker from 'dockerode';
import { toContainerSummary } from '../../src/engines/docker-summary.ts';
import type { ContainerSummary } from '../../src/model/container.ts';

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

test('a list entry in our words', (t) => {
  t.deepEqual(toContainerSummary(entry), {
    id,
    name: 'sad_hodgkin',
    imageName: 'redis:latest',
    state: 'running',
    labels: { a: 'b' },
    ports: [{ proto: 'tcp', host_ip: '0.0.0.0', port: 6379, container_port: 6379 }],
    createdAt: '2023-11-14T22:13:20.000Z',
  });
});

const told = test.macro({
  exec: (t, said: object, expected: Partial<ContainerSummary>) => {
    t.like(toContainerSummary({ ...entry, ...said }), expected);
  },
  title: (_, said) => `list entry with ${JSON.stringify(said)}`,
});

test(told, { Names: ['/web/db', '/database'] }, { name: 'database' });
test(told, { Names: ['/database', '/web/db'] }, { name: 'database' });
test(told, { Names: ['/web/db'] }, { name: 'web/db' });
test(told, { Names: [] }, { name: '' });
test(told, { Names: null }, { name: '' });
test(told, { State: 'exited' }, { state: 'exited' });
test(told, { State: 'configured' }, { state: 'created' });
test(told, { State: 'a new word' }, { state: 'dead' });
test(told, { State: '__proto__' }, { state: 'dead' });
test(told, { Labels: null, Ports: null }, { labels: {}, ports: [] });
test(told, { Ports: [{ PrivatePort: 80, Type: 'tcp' }] }, { ports: [] });
test(
  told,
  { Ports: [{ PrivatePort: 80, PublicPort: 81, Type: 'udp' }] },
  {
    ports: [{ proto: 'udp', host_ip: '0.0.0.0', port: 81, container_port: 80 }],
  },
);

test('a HEALTHCHECK that fails is told at the end of the status', (t) => {
  t.true(toContainerSummary({ ...entry, Status: 'Up 2 minutes (unhealthy)' }).isUnhealthy);
  for (const Status of ['Up 2 minutes (healthy)', 'Up 1 second (health: starting)', 'Exited (1) 2 hours ago']) {
    t.false('isUnhealthy' in toContainerSummary({ ...entry, Status }), Status);
  }
});
