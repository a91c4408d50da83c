import test from 'ava';
import { labelsOf, reservationFrom } from '../../../src/cluster/containers/container-labels.ts';
import type { ContainerSummary } from '../../../src/model/container.ts';
import type { NewReservation } from '../../../src/model/reservation.ts';
import { listAll, startCluster } from '../harness.ts';

const reservation: NewReservation = {
  id: 'r1',
  engineId: 'a',
  name: 'web',
  image: {
    name: 'redis',
    type: 'multi',
    cpus: 0.5,
    memory: 100,
    labels: ['x'],
    args: [],
    environment: { A: 'b' },
    bind_ports: [{ proto: 'tcp', host_ip: '10.0.0.5', port: 80, container_port: 8080 }],
    user_data: { a: ['b'] },
    constraints: ['zone==eu-*'],
    spread: 'zone',
    resources: { gpu: 1 },
    devices: ['/dev/a'],
    gpus: ['0'],
    restart_policy: { name: 'on-failure', maximum_retry: 3 },
    publish: true,
  },
  claims: [{ key: 'cpu', amount: 500, limit: 4000 }],
  createdAt: '2026-01-01T00:00:00.000Z',
  reason: { type: 'multi', strategy: 'binpack', score: 1, candidates: 1, refused: 0 },
};
const labels = labelsOf(reservation);
const container: ContainerSummary = {
  id: '0'.repeat(64),
  name: 'web',
  imageName: 'redis',
  state: 'running',
  labels,
  ports: [],
  // An hour after.
  createdAt: '2026-01-01T01:00:00.000Z',
};

test('the record comes back from the labels, its time by our clock', (t) => {
  t.deepEqual(reservationFrom(container, 'a'), reservation);
});

test('a time that is none is the time of the engine', (t) => {
  const told = { ...labels, 'satsuma.created_at': 'yesterday' };
  t.is(reservationFrom({ ...container, labels: told }, 'a')?.createdAt, container.createdAt);
});

const senseless: Readonly<Record<string, unknown>> = {
  labels: 5,
  args: 'x',
  environment: { A: 5 },
  bind_ports: [{ proto: 'tcp', container_port: 'x' }],
  cpus: -1,
  memory: '1',
  restart_policy: [],
  type: null,
  name: undefined,
  user_data: { a: 'b' },
  publish: 'yes',
  constraints: 'zone==eu',
  spread: 1,
  resources: { gpu: 0.5 },
  devices: [1],
  gpus: 'some',
};

for (const [key, value] of Object.entries(senseless)) {
  test(`labels whose image config has ${JSON.stringify(value)} for ${key} are not ours`, (t) => {
    const told = { ...labels, 'satsuma.image': JSON.stringify({ ...reservation.image, [key]: value }) };
    t.is(reservationFrom({ ...container, labels: told }, 'a'), undefined);
  });
}

test('labels with a limit that is none are not ours', (t) => {
  const told = { ...labels, 'satsuma.claims': '[{"key":"cpu","amount":1,"limit":"x"}]' };
  t.is(reservationFrom({ ...container, labels: told }, 'a'), undefined);
});

test('labels that somebody wrote by hand break no list', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  const [a] = cluster.engines;
  const image = { name: 'demo/busybox:1', type: 'multi', restart_policy: {} };
  for (const [index, value] of [5, {}, 'x'].entries()) {
    const told = { ...labels, 'satsuma.image': JSON.stringify({ ...reservation.image, labels: value }) };
    const id = await a?.createContainer({ image, name: `web-${index}`, labels: told, maximumCpus: 1 });
    await a?.startContainer(id ?? '');
  }
  t.deepEqual(await listAll(cluster, { label: 'x' }), { containers: [], errors: [] });
  t.is((await listAll(cluster)).containers.length, 3);
});
