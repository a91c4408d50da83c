import test, { type ExecutionContext } from 'ava';
import { type Call, openDoor, openOther, sharedOther } from './open-door.ts';

/** Every field that has two spellings, by where it stands in a service. */
const fields = {
  ports: [
    ['hostPort', 'host_port'],
    ['containerPort', 'container_port'],
    ['hostInterface', 'host_interface'],
    ['protocol', 'proto'],
  ],
  volumes: [
    ['hostPath', 'host_path'],
    ['containerPath', 'container_path'],
  ],
  service: [
    ['volumesFrom', 'volumes_from'],
    ['desiredState', 'desired_state'],
    ['currentState', 'current_state'],
    ['actualState', 'actual_state'],
  ],
} as const;

/** All fields of the seed's entities. */
const whole = {
  id: 'db.service',
  name: 'db',
  source: 'mysql:latest',
  command: 'mysqld --verbose',
  links: [{ name: 'cache', alias: 'CACHE' }],
  ports: [
    { hostPort: 3306, containerPort: 3306, hostInterface: '10.0.0.1', protocol: 'TCP' },
    { hostPort: 53, containerPort: 53, hostInterface: '10.0.0.1', protocol: 'UDP' },
  ],
  expose: [33060],
  environment: [{ variable: 'PASSWORD', value: 'secret' }],
  volumes: [{ hostPath: '/srv/db', containerPath: '/var/lib/mysql' }],
  volumesFrom: [{ name: 'cache' }],
  deployment: { count: 2 },
  desiredState: 'stopped',
  currentState: 'started',
  actualState: 'started',
};
const cache = { name: 'cache', source: 'mysql:latest', volumes: [{ containerPath: '/data' }], expose: [6379] };

type Style = 'first' | 'second' | 'both' | 'mixed';

function spell(entity: object, pairs: readonly (readonly [string, string])[], style: Style): object {
  const spelled: Record<string, unknown> = {};
  for (const [index, [key, value]] of Object.entries(entity).entries()) {
    const [first, second] = pairs.find(([each]) => each === key) ?? [key, key];
    const isSecond = style === 'second' || (style === 'mixed' && index % 2 === 1);
    if (!isSecond) spelled[first] = value;
    if (isSecond || style === 'both') spelled[second] = value;
  }
  return spelled;
}

function spellWhole(style: Style): object {
  const ports = whole.ports.map((each) => spell(each, fields.ports, style));
  const volumes = whole.volumes.map((each) => spell(each, fields.volumes, style));
  return spell({ ...whole, ports, volumes }, fields.service, style);
}

async function open(t: ExecutionContext): Promise<{ readonly panamax: Call; readonly call: Call }> {
  const { cluster, call } = await openDoor(t, { engines: 1 });
  return { call, panamax: await openOther(cluster, 'panamax', {}) };
}

test('all fields mean the same in one spelling, in the other, in both, and mixed', async (t) => {
  const specs: unknown[] = [];
  for (const style of ['first', 'second', 'both', 'mixed'] as const) {
    const { panamax, call } = await open(t);
    const body = [spellWhole(style), { ...cache, desired_state: 'stopped' }];
    const { status, body: answer } = await panamax('POST', '/v1/services', body);
    t.is(status, 201, `${style}: ${JSON.stringify(answer)}`);
    const { image, replicas, links } = (await call('GET', '/apiv1/service/db')).body.data;
    specs.push({ image, replicas, links });
  }
  for (const spec of specs) t.deepEqual(spec, specs[0]);
  t.like(specs[0], { links: { cache: 'CACHE' }, image: { environment: { PASSWORD: 'secret' } } });
});

test('a value beside nothing is the value, and 80 is "80"', async (t) => {
  const { panamax, call } = await open(t);
  const ports = [
    { hostPort: 80, host_port: '80', containerPort: null, container_port: 80, protocol: 'TCP', proto: 'tcp' },
    { hostPort: 53, host_port: null, containerPort: 53, container_port: '', protocol: '', proto: 'UDP' },
  ];
  const posted = { name: 'db', source: 'mysql', ports, desiredState: null, desired_state: 'stopped' };
  t.is((await panamax('POST', '/v1/services', [posted])).status, 201);
  t.deepEqual((await call('GET', '/apiv1/service/db')).body.data.image.bind_ports, [
    { proto: 'tcp', container_port: 80, port: 80 },
    { proto: 'udp', container_port: 53, port: 53 },
  ]);
});

const otherValues: Readonly<Record<string, unknown>> = {
  ...{ hostPort: 1, containerPort: 1, hostInterface: '10.0.0.2', protocol: 'sctp' },
  ...{ hostPath: '/other', containerPath: '/other', volumesFrom: [], desiredState: 'started' },
};

for (const [place, pairs] of Object.entries(fields)) {
  for (const [first, second] of pairs.filter(([each]) => each in otherValues)) {
    test(`two values are refused: ${first} and ${second}`, async (t) => {
      const panamax = await sharedOther('panamax', {});
      const twice = { [second]: otherValues[first] };
      const [port] = whole.ports;
      const [volume] = whole.volumes;
      const parts = { ports: [{ ...port, ...twice }], volumes: [{ ...volume, ...twice }] };
      const isPart = place !== 'service';
      const body = [cache, isPart ? { ...whole, [place]: parts[place as keyof typeof parts] } : { ...whole, ...twice }];
      const { status, body: answer } = await panamax('POST', '/v1/services', body);
      t.is(status, 400);
      const path = isPart ? `[1].${place}[0].${first}` : `[1].${first}`;
      t.is(answer.message, `"${path}" and "${second}" are two spellings of one field: they must be equal`);
    });
  }
}

test('PUT takes both spellings of the state', async (t) => {
  const { panamax } = await open(t);
  await panamax('POST', '/v1/services', [{ ...cache, desiredState: 'stopped' }]);
  const put = (body: object) => panamax('PUT', '/v1/services/cache.service', body);
  t.is((await put({ desiredState: 'stopped', desired_state: 'STOPPED' })).status, 204);
  t.is((await put({ desiredState: 'stopped', desired_state: 'started' })).status, 400);
});
