import test from 'ava';
import { labelsOf } from '../../src/labels/container-labels.ts';
import { readLabels } from '../../src/labels/read-labels.ts';
import type { ContainerSummary } from '../../src/model/container.ts';
import type { NewReservation } from '../../src/model/reservation.ts';
import { testInstallation as installation, installationOf, listAll, startCluster } from '../fixtures/harness.ts';

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
  isSigned: true,
  createdAt: '2026-01-01T00:00:00.000Z',
  reason: { type: 'multi', strategy: 'binpack', score: 1, candidates: 1, refused: 0 },
};
const labels = labelsOf(installation, reservation, { daemonId: 'daemon-a', epoch: undefined });
/** What a change of them looks like when this installation made it. */
const signed = (changes: Readonly<Record<string, string>>) => installation.sign({ ...labels, ...changes });
const read = (changed: Readonly<Record<string, string>>, engine: Parameters<typeof readLabels>[2] = { id: 'a' }) => {
  const evidence = readLabels(installation, { ...container, labels: changed }, engine);
  return evidence.kind === 'foreign' ? undefined : evidence.reservation;
};
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

test('the record is restored from the labels, with its time by our clock', (t) => {
  t.deepEqual(read(labels), reservation);
});

test('an invalid time is replaced by the engine’s time', (t) => {
  t.is(read(signed({ 'satsuma.created_at': 'yesterday' }))?.createdAt, container.createdAt);
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
    const { environment: _, ...image } = reservation.image;
    const environment = key === 'environment' ? installation.encrypt(JSON.stringify(value), 'r1') : '';
    const reported =
      key === 'environment'
        ? { 'satsuma.environment': environment }
        : { 'satsuma.image': JSON.stringify({ ...image, [key]: value }) };
    t.is(read(signed(reported)), undefined);
  });
}

test('labels with an invalid limit are not ours', (t) => {
  t.is(read(signed({ 'satsuma.claims': '[{"key":"cpu","amount":1,"limit":"x"}]' })), undefined);
  t.is(read(signed({ 'satsuma.claims': '[{"key":"cpu","amount":2,"limit":1}]' })), undefined);
  t.is(read(signed({ 'satsuma.claims': `[{"key":"cpu","amount":${2 ** 39},"limit":null}]` })), undefined);
});

test('the environment is encrypted in the labels', (t) => {
  const secret = { ...reservation, image: { ...reservation.image, environment: { PASSWORD: 'hunter2' } } };
  const reported = labelsOf(installation, secret, { daemonId: undefined, epoch: undefined });
  t.notRegex(JSON.stringify(reported), /hunter2|PASSWORD/);
  t.deepEqual(read(reported)?.image.environment, { PASSWORD: 'hunter2' });
  t.is(
    read(installation.sign({ ...reported, 'satsuma.reservation': 'r2' })),
    undefined,
    'it can only be decrypted for that reservation',
  );
});

test('labels are ours with our name, our signature, and on the engine in them', (t) => {
  const kindOf = (
    reported: Readonly<Record<string, string>>,
    of = installation,
    engine: Parameters<typeof readLabels>[2] = { id: 'a' },
  ) => readLabels(of, { ...container, labels: reported }, engine);
  t.is(kindOf(labels).kind, 'ours');
  t.is(kindOf({ ...labels, other: 'label', zone: 'eu' }).kind, 'ours', 'labels of others are not signed');
  t.is(kindOf({ ...labels, 'satsuma.copy': '77' }).kind, 'foreign');
  t.is(kindOf({ ...labels, 'satsuma.signature': '' }).kind, 'foreign');
  const { 'satsuma.installation': name = '', ...nameless } = labels;
  t.is(kindOf(nameless).kind, 'foreign');
  t.is(kindOf(labels, installation, { id: 'b' }).kind, 'foreign');
  const daemon = { id: 'daemon-a', version: '27', cpus: 1, memory: 1 };
  t.is(kindOf(labels, installation, { id: 'b', daemon }).kind, 'ours', 'the engine was registered under another name');
  t.deepEqual(kindOf(labels, installationOf('another secret')), { kind: 'foreign', installation: name });
  t.deepEqual(kindOf(labels, installationOf('a secret of the tests', 'staging')), {
    kind: 'foreign',
    installation: name,
  });
  t.is(kindOf(labels, installationOf('another secret', name)).kind, 'foreign', 'a name alone proves nothing');
});

test('labels of older releases are read, and prove nothing', (t) => {
  const { id, image, claims, reason, createdAt } = reservation;
  const old = {
    'satsuma.reservation': id,
    'satsuma.image': JSON.stringify({ ...image, reschedule: 'on-engine-failure' }),
    'satsuma.claims': JSON.stringify(claims),
    'satsuma.reason': JSON.stringify(reason),
    'satsuma.created_at': createdAt,
    'satsuma.service': 'web',
    'satsuma.slot': '1',
    'satsuma.generation': '3',
    'satsuma.copy': '77',
    'satsuma.replaces': 'r0',
    'satsuma.operation': 'o1',
  };
  const { isSigned: _, ...known } = reservation;
  const replica = { service: 'web', slot: '1', generation: 3, copy: 0 };
  t.deepEqual(readLabels(installation, { ...container, labels: old }, { id: 'a' }), {
    kind: 'unsigned',
    reservation: { ...known, replica },
  });
});

test('labels written by hand break no list', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  const [a] = cluster.engines;
  const image = { name: 'demo/busybox:1', type: 'multi', restart_policy: {} };
  for (const [index, value] of [5, {}, 'x'].entries()) {
    const reported = { ...labels, 'satsuma.image': JSON.stringify({ ...reservation.image, labels: value }) };
    const id = await a?.createContainer({ image, name: `web-${index}`, labels: reported, maximumCpus: 1 });
    await a?.startContainer(id ?? '');
  }
  t.deepEqual(await listAll(cluster, { label: 'x' }), { containers: [], errors: [] });
  t.is((await listAll(cluster)).containers.length, 3);
});
