import test from 'ava';
import type { Job } from '../../src/api/job.ts';
import type { Service } from '../../src/api/service.ts';
import type { NetworkRow } from '../../src/api/volume.ts';
import { isNothing, planChanges, wholeOf } from '../../src/compose/plan-changes.ts';
import type { Stored } from '../../src/compose/stored.ts';
import { desired } from './project.ts';

const text = `
services:
  web: {image: x, environment: {A: 1}, secrets: [token], depends_on: {init: {condition: service_completed_successfully}}}
  init: {image: y}
secrets: {token: {environment: TOKEN}}
`;
const wanted = (file = text) => desired({ files: { 'compose.yaml': file }, variables: { TOKEN: 't' } });
const at = (second: number) => `2026-01-01T00:00:0${second}.000Z`;

/** As the server has it once all is made. */
function stored({
  services: overService = {},
  jobs: overJob = {},
}: {
  readonly services?: object;
  readonly jobs?: object;
} = {}): Stored {
  const { services, jobs, networks } = wanted();
  const last_run = { run: 1, state: 'succeeded', created_at: at(1) };
  return {
    services: services.map(
      ({ name, spec }) =>
        ({ name, generation: 1, status: { state: 'running' }, ...wholeOf(spec), ...overService }) as unknown as Service,
    ),
    jobs: jobs.map(
      ({ name, spec }) =>
        ({
          name,
          ...spec,
          time_zone: 'UTC',
          updated_at: at(1),
          status: { state: 'idle', last_run },
          ...overJob,
        }) as unknown as Job,
    ),
    networks: networks.map(
      ({ body }) => ({ ...body, internal: false, ipv6: false, subnets: [] }) as unknown as NetworkRow,
    ),
    secrets: [{ name: 'shop_token', labels: { 'com.docker.compose.project': 'shop' } }],
  };
}

const nothing: Stored = { services: [], jobs: [], networks: [], secrets: [] };
const actions = (changes: ReturnType<typeof planChanges>) =>
  [changes.networks, changes.secrets, changes.jobs, changes.services, changes.orphans]
    .flat()
    .map(({ name, action }) => `${action} ${name}`);

test('from nothing all is created, and once it is there nothing is done', (t) => {
  const first = planChanges(wanted(), nothing);
  t.deepEqual(actions(first), ['create shop_default', 'create shop_token', 'create shop-init', 'create shop-web']);
  t.false(isNothing(first));
  const second = planChanges(wanted(), stored());
  t.deepEqual(second.obstacles, []);
  t.true(isNothing(second), JSON.stringify(actions(second)));
});

test('a service that was changed by hand is changed back, with the fields', (t) => {
  const { services } = planChanges(wanted(), stored({ services: { replicas: 4, grace: 60, health: { type: 'tcp' } } }));
  t.deepEqual(services[0]?.fields, ['replicas', 'grace', 'health']);
  t.is(services[0]?.action, 'change');
});

test('what the server adds, or what belongs to a policy, is no difference; a value that it hides is compared by the server', (t) => {
  const image = wanted().services[0]?.spec.image;
  const of = (more: object) =>
    planChanges(wanted(), stored({ services: { image: { ...image, ...more } } })).services[0];
  t.like(of({ policy: 'strict', project: 'default' }), { action: 'keep', fields: [] });
  const isHidden = of({ environment: { A: '(hidden)' } });
  t.like(isHidden, { action: 'compare', fields: [], hidden: ['image.environment.A'] });
  t.like(of({ environment: { A: '(hidden)', B: '(hidden)' } }), { action: 'change', fields: ['image.environment.B'] });
  const jobs = { image: { ...wanted().jobs[0]?.spec.image, environment: { A: '(hidden)' } } };
  const [job] = planChanges(
    wanted(text.replace('{image: y}', '{image: y, environment: {A: 1}}')),
    stored({ jobs }),
  ).jobs;
  t.like(job, { action: 'compare', hidden: ['image.environment.A'] });
});

test('a job runs again when its last run is not one of what it is now, or did not succeed', (t) => {
  const action = (jobs: object) => planChanges(wanted(), stored({ jobs })).jobs[0]?.action;
  const status = (last_run: object | null) => ({ status: { state: 'idle', last_run } });
  t.is(action({}), 'keep');
  t.is(action(status({ state: 'running', created_at: at(1) })), 'keep');
  t.is(action(status({ state: 'failed', created_at: at(1) })), 'run');
  t.is(action(status(null)), 'run');
  t.is(action({ updated_at: at(2) }), 'run');
  t.is(action({ retries: 3 }), 'change');
});

test('what is of the project and in no file is told, and removed when asked; other profiles are in a file', (t) => {
  const less = wanted('services:\n  other: {image: x}\n  init: {image: y, profiles: [dev]}');
  t.deepEqual(
    planChanges(less, stored()).orphans.map(({ name, action }) => [name, action]),
    [['shop-web', 'keep']],
  );
  t.deepEqual(
    planChanges(less, stored(), { removesOrphans: true }).orphans.map(({ action }) => action),
    ['remove'],
  );
});

test('what has the name and belongs to another project is not touched', (t) => {
  const [service] = stored().services;
  const { container_labels: _, ...image } = service?.image ?? { name: 'x' };
  const { networks } = stored();
  const all = {
    ...stored({ services: { image } }),
    networks: networks.map((each) => ({ ...each, labels: {} })),
    secrets: [{ name: 'shop_token' }],
  };
  t.deepEqual(planChanges(wanted(), all).obstacles, [
    'service shop-web is there, and not of the project shop: remove it, or give the project another name',
    'network shop_default is there, and not of the project shop: say external: true, or give it another name',
    'secret shop_token is there, and not of the project shop: say external: true, or give it another name',
  ]);
});

test('what cannot be done is said before anything is', (t) => {
  t.deepEqual(planChanges(wanted(), stored({ services: { status: { state: 'removing' } } })).obstacles, [
    'service shop-web is being removed: try again when it is gone',
  ]);
  t.deepEqual(planChanges(wanted(), stored({ services: { replicas: 'global' } })).obstacles, [
    'service shop-web cannot become unglobal: remove it first',
  ]);
  const network = planChanges(wanted(`${text}networks: {default: {internal: true}}`), stored());
  t.deepEqual(network.obstacles, [
    'network shop_default is there with another internal: a network cannot be changed, so take the project down first',
  ]);
  const [there] = stored().networks;
  const coded = { ...stored(), networks: there ? [{ ...there, options: { encrypted: '' } }] : [] };
  const of = (network: string, now = stored()) =>
    planChanges(wanted(`${text}networks: {default: ${network}}`), now).obstacles.map((each) =>
      each.replace(/^.*another (.*): .*$/, '$1'),
    );
  t.deepEqual(of('{driver_opts: {encrypted: ""}}'), ['driver_opts.encrypted']);
  t.deepEqual(of('{driver_opts: {encrypted: ""}}', coded), []);
  t.deepEqual(of('{}', coded), ['driver_opts.encrypted']);
  t.deepEqual(of('{labels: {a: b}, driver_opts: {com.docker.network.driver.mtu: "1400"}}'), [
    'driver_opts.com.docker.network.driver.mtu, labels.a',
  ]);
  const gone =
    'services: {web: {image: x, secrets: [s], networks: [n]}}\nsecrets: {s: {external: true}}\nnetworks: {n: {external: true}}';
  t.deepEqual(planChanges(wanted(gone), nothing).obstacles, [
    'network n is external, and there is no such network',
    'secret s is external, and there is no such secret',
  ]);
});

test('secrets that are there are written only when asked, services that are alike only when forced', (t) => {
  t.is(planChanges(wanted(), stored(), { renewsSecrets: true }).secrets[0]?.action, 'change');
  const forced = planChanges(wanted(), stored(), { isForced: true });
  t.deepEqual([forced.services[0]?.action, forced.jobs[0]?.action], ['change', 'run']);
});
