import test from 'ava';
import type { NetworkRow } from '../../src/api/volume.ts';
import { projectLabel } from '../../src/application/labels.ts';
import { planChanges } from '../../src/compose/plan-changes.ts';
import { desired, problemsOf, web } from './project.ts';

const networking = { kind: 'each', engines: ['a', 'b'] } as const;
const two = {
  files: { 'compose.yaml': 'services: {web: {image: x}, db: {image: y, deploy: {mode: global}}}' },
  networking,
};

test('each engine has each service, in a network of its own', (t) => {
  const { services, networks } = desired(two);
  t.deepEqual(
    services.map(({ name, spec }) => [name, spec.replicas]),
    [
      ['shop-web', 'global'],
      ['shop-db', 'global'],
    ],
  );
  t.like(services[0]?.spec.image.networks, [{ name: 'shop_default', aliases: ['web'] }]);
  t.like(networks, [{ body: { name: 'shop_default' }, engines: ['a', 'b'] }]);
  t.false('scope' in (networks[0]?.body ?? {}));
});

test('a network is made where it is missing, and not at all where one of the mesh has its name', (t) => {
  const row = (engine: string, scope = 'local') =>
    ({
      engine,
      name: 'shop_default',
      scope,
      internal: false,
      ipv6: false,
      subnets: [],
      options: {},
      labels: { [projectLabel]: 'shop', 'com.docker.compose.network': 'default' },
    }) as unknown as NetworkRow;
  const plan = (...networks: NetworkRow[]) =>
    planChanges(desired(two), { services: [], jobs: [], secrets: [], networks });
  t.like(plan().networks, [{ action: 'create', engines: ['a', 'b'] }]);
  t.like(plan(row('a')).networks, [{ action: 'create', engines: ['b'] }]);
  t.like(plan(row('a'), row('b'), row('c')).networks, [{ action: 'keep', engines: [] }]);
  t.deepEqual(plan(row('a', 'swarm')).obstacles, [
    'network shop_default is there over the mesh, and with --each it is none: take the project down first',
  ]);
});

for (const [lines, sentence] of [
  ['deploy: {replicas: 2}', '4: services.web.deploy.replicas: is 2, and --each makes one on each engine'],
  ['scale: 0', '4: services.web.scale: is 0, and --each makes one on each engine'],
  [
    'deploy: {mode: replicated-job}',
    '4: services.web.deploy.mode: is replicated-job, which runs on one engine: --each can have services alone',
  ],
  ['networks: {default: {ipv4_address: 10.9.0.2}}', ''],
  ['deploy: {replicas: 1}', ''],
] as const) {
  test(`on each engine ${lines} is ${sentence === '' ? 'fine' : 'refused'}`, (t) =>
    t.deepEqual(problemsOf({ ...web(lines), networking }), sentence === '' ? [] : [`compose.yaml:${sentence}`]));
}

test('what others wait for to be completed is a job, and refused', (t) => {
  const file =
    'services:\n  web: {image: x, depends_on: {init: {condition: service_completed_successfully}}}\n  init: {image: y}';
  t.deepEqual(problemsOf({ files: { 'compose.yaml': file }, networking }), [
    'compose.yaml:3: services.init: is waited for to be completed, so it is a job, which runs on one engine: --each can have services alone',
  ]);
});
