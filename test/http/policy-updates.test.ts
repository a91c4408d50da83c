import test, { type ExecutionContext } from 'ava';
import { eventually, startServer } from '../controllers/services/stage.ts';
import { openAs, openDoor } from './open-door.ts';

const role = 'team';
const name = 'demo/busybox:1';

/** What others made without a policy; and somebody under one who may change it. */
async function open(t: ExecutionContext) {
  const { cluster, call } = await openDoor(t, { engines: 1 });
  await call('POST', '/apiv1/policy', { name: role, rules: {} });
  const rules = [{ verbs: ['*'], nouns: ['service', 'job', 'container'] }];
  t.is((await call('POST', '/apiv1/role', { name: role, rules, policy: role })).status, 201);
  const policyOf = async (url: string) => (await call('GET', `/apiv1/${url}`)).body.data.image.policy;
  return { cluster, call, policyOf, team: await openAs(cluster, role) };
}

test('whoever is under a policy links the service of somebody else, and is not told an environment by that', async (t) => {
  const { cluster, call, policyOf, team } = await open(t);
  await startServer(t, cluster);
  const bind_ports = [{ proto: 'tcp', container_port: 5432 }];
  const db = { name, bind_ports, environment: { PASSWORD: 'secret' } };
  await call('POST', '/apiv1/service', { name: 'db', image: db, replicas: 1 });
  await call('POST', '/apiv1/service', { name: 'web', image: { name }, replicas: 1 });
  t.is((await team('PUT', '/apiv1/service/web', { links: { db: 'DB' } })).status, 200);
  t.is(await policyOf('service/web'), role);
  const isLinked = () =>
    [...(cluster.engines[0]?.containers.values() ?? [])].find(
      ({ image }) => image?.environment?.DB_SERVICE_HOST !== undefined,
    );
  await eventually(t, () => isLinked() !== undefined);
  t.false('DB_ENV_PASSWORD' in (isLinked()?.image?.environment ?? {}));
});

test('an earlier generation without a policy comes back under that of whoever goes back', async (t) => {
  const { call, policyOf, team } = await open(t);
  await call('POST', '/apiv1/service', { name: 'web', image: { name }, links: { db: 'DB' }, replicas: 0 });
  await call('PUT', '/apiv1/service/web', { image: { name, environment: { A: '1' } }, links: {} });
  t.is((await team('POST', '/apiv1/service/web/rollback', {})).status, 200);
  const { data } = (await call('GET', '/apiv1/service/web')).body;
  t.like(data, { links: { db: 'DB' }, generation: 3, image: { policy: role } });
  await call('POST', '/apiv1/service/web/rollback', { generation: 1 });
  t.is(await policyOf('service/web'), undefined, 'of whoever is under none');
});

test('any update of a job is under the policy of whoever asks', async (t) => {
  const { call, policyOf, team } = await open(t);
  await call('POST', '/apiv1/job', { name: 'nightly', image: { name }, schedule: '0 3 * * *' });
  t.is((await team('PUT', '/apiv1/job/nightly', { retries: 1 })).status, 200);
  t.is(await policyOf('job/nightly'), role);
});

test('whoever is under a policy moves no service that it refuses', async (t) => {
  const { call, team } = await open(t);
  await call('POST', '/apiv1/service', { name: 'web', image: { name, privileged: true }, replicas: 1 });
  const refused = await team('POST', '/apiv1/service/web/move', { to: 'b' });
  t.like(refused, { status: 403, body: { code: 'forbidden', details: { policy: role } } });
});
