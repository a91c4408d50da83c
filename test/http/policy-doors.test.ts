import test, { type ExecutionContext } from 'ava';
import type { DoorName, Doors } from '../../src/model/doors.ts';
import { eventually, startServer } from '../controllers/services/stage.ts';
import { type Call, openDoor, openOther } from './open-door.ts';

const role = 'team';
const name = 'demo/busybox:1';

/** A door whose clients are under a policy that allows nothing. */
async function open<Name extends DoorName>(t: ExecutionContext, door: Name, settings: object = {}) {
  const opened = await openDoor(t, { engines: 1, isAudited: true });
  const rules = [{ verbs: ['*'], nouns: ['container', 'service', 'job'] }];
  await opened.call('POST', '/apiv1/policy', { name: role, rules: {} });
  await opened.call('POST', '/apiv1/role', { name: role, rules, policy: role });
  const other = await openOther(opened.cluster, door, { role, ...settings } as Omit<Required<Doors>[Name], 'listen'>);
  return { ...opened, other };
}

/** Nothing is reserved or made, and who refused it is recorded. */
async function isRefused(
  t: ExecutionContext,
  { cluster, call }: Pick<Awaited<ReturnType<typeof open>>, 'cluster' | 'call'>,
  rule: string,
): Promise<void> {
  t.deepEqual(cluster.cache.reservations(), []);
  t.is(cluster.engines[0]?.containers.size, 0);
  t.deepEqual(await cluster.store.list('service'), []);
  let found: Record<string, unknown> | undefined;
  await eventually(t, async () => {
    const entries: Record<string, unknown>[] = (await call('GET', '/apiv1/audit?result=refused')).body.data;
    found = entries.find((each) => each.rule === rule);
    return found !== undefined;
  });
  t.like(found, { role, result: 'refused', policy: role, rule });
}

test('bastion: a container that the policy refuses', async (t) => {
  const opened = await open(t, 'bastion');
  const { status, body } = await opened.other('POST', '/run', { name, privileged: true });
  t.is(status, 403);
  t.regex(body, /^the policy team refuses HostConfig.Privileged \(rule privileged\)/);
  await isRefused(t, opened, 'privileged');
  t.is((await opened.other('POST', '/run', { name, type: 'service' })).status, 201);
});

test('deblox: the body of a create that the policy refuses, in each of its parts', async (t) => {
  const opened = await open(t, 'deblox', { enginePort: 2376 });
  const send = async (message: object) => (await opened.other('POST', '/', message)).body;
  const raw = (HostConfig: object) => send({ action: 'create-raw-container', body: { Image: name, HostConfig } });
  for (const host of [
    ...[
      { Privileged: true },
      { Binds: ['/:/host'] },
      { PidMode: 'host' },
      { MaskedPaths: ['/proc/kcore'] },
      { VolumesFrom: ['x'] },
    ],
    ...[{ Mounts: [{ Type: 'bind', Source: '/', Target: '/x' }] }, { CgroupnsMode: 'host' }, { OomScoreAdj: -5 }],
  ]) {
    const answer = await raw(host);
    t.is(answer.statusCode, 403, JSON.stringify({ host, answer }));
  }
  t.is((await raw({ privileged: true })).statusCode, 400);
  const { call } = opened;
  t.is((await call('POST', '/apiv1/image', { name: 'strong', image: { name, privileged: true } })).status, 201);
  t.is((await send({ action: 'create-container', template: 'strong' })).statusCode, 403);
  t.is((await send({ action: 'create-container', template: 'strong', instances: 2 })).containers[0].statusCode, 403);
  await isRefused(t, opened, 'privileged');
  t.is((await raw({})).statusCode, 201);
});

test('panamax: a service that the policy refuses', async (t) => {
  const opened = await open(t, 'panamax');
  const volumes = [{ hostPath: '/', containerPath: '/host' }];
  const { status } = await opened.other('POST', '/v1/services', [{ name: 'db', source: name, volumes }]);
  t.is(status, 403);
  await isRefused(t, opened, 'bind_mounts');
});

test('genisys: what others have defined is not scaled under a policy that refuses it', async (t) => {
  const opened = await open(t, 'genisys', { countBy: 'service' });
  const { call, other } = opened;
  const image = { name, privileged: true };
  t.is((await call('POST', '/apiv1/service', { name: 'web', image, replicas: 0 })).status, 201);
  t.is((await other('POST', '/service/web/scale', { number: 1 })).status, 403);
  t.is((await call('GET', '/apiv1/service/web')).body.data.replicas, 0);
});

test('calzion: a template that the policy refuses, and what others have deployed without it', async (t) => {
  const opened = await open(t, 'calzion');
  const { call, other, cluster } = opened;
  const services = (more: object) => ({ deploy_id: 'shop', services: { [name]: more } });
  t.is((await other('PUT', '/create', { deploy_id: 'shop' })).status, 200);
  const refused = await other('POST', '/setup', services({ privileged: true }));
  t.regex(JSON.stringify(refused.body), /the policy team refuses HostConfig.Privileged/);
  await isRefused(t, opened, 'privileged');
  t.is(
    (await call('POST', '/apiv1/deployment/shop/setup', { services: { [name]: { privileged: true } } })).status,
    200,
  );
  for (const [path, more] of [
    ['/redeploy', {}],
    ['/run', { command: 'id' }],
  ] as const) {
    const answer = await other('POST', path, { deploy_id: 'shop', service: 'busybox', ...more });
    t.regex(JSON.stringify(answer.body), /the policy team refuses HostConfig.Privileged/, path);
  }
  t.deepEqual(cluster.cache.reservations(), []);
});

test('replicas are held against the policy that their service was made under, as it is when they are made', async (t) => {
  const { cluster, call } = await openDoor(t, { engines: 1 });
  await startServer(t, cluster);
  const rules = { capabilities: ['NET_ADMIN'] };
  await call('POST', '/apiv1/policy', { name: role, rules });
  const image = { name, policy: role, cap_add: ['NET_ADMIN'] };
  const replicasOf = async () => (await call('GET', '/apiv1/service/web')).body.data.status;
  t.is((await call('POST', '/apiv1/service', { name: 'web', image, replicas: 1 })).status, 201);
  await eventually(t, async () => (await replicasOf()).ready === 1, replicasOf);
  t.is((await call('PUT', `/apiv1/policy/${role}`, { rules: {} })).status, 200);
  t.is((await call('POST', '/apiv1/service/web/scale', { replicas: 2 })).status, 200);
  await eventually(t, () => waits(call, 'forbidden'), replicasOf);
  t.is(cluster.engines[0]?.containers.size, 1);
  t.is((await call('DELETE', `/apiv1/policy/${role}`)).body.code, 'policy_in_use');
  t.is((await call('PUT', `/apiv1/policy/${role}`, { rules })).status, 200);
  await eventually(t, async () => (await replicasOf()).ready === 2, replicasOf);
});

test('a service under a policy is told where a stranger is, and not what the stranger was given', async (t) => {
  const { cluster, call } = await openDoor(t, { engines: 1 });
  await startServer(t, cluster);
  await call('POST', '/apiv1/policy', { name: role, rules: {} });
  const bind_ports = [{ proto: 'tcp', container_port: 5432 }];
  const db = { name, bind_ports, environment: { PASSWORD: 'secret' } };
  for (const [service, policy] of Object.entries({ db: {}, own: { policy: role } })) {
    const made = await call('POST', '/apiv1/service', { name: service, image: { ...db, ...policy }, replicas: 1 });
    t.is(made.status, 201, JSON.stringify(made.body));
  }
  const image = { name, policy: role };
  t.is((await call('POST', '/apiv1/service', { name: 'web', image, links: { db: 'db', own: 'own' } })).status, 201);
  const containers = () => [...(cluster.engines[0]?.containers.values() ?? [])];
  const web = () => containers().find(({ labels }) => labels['satsuma.service'] === 'web');
  await eventually(t, () => web() !== undefined);
  const { environment = {} } = web()?.image ?? {};
  t.is(environment.OWN_ENV_PASSWORD, 'secret');
  t.truthy(environment.DB_SERVICE_HOST);
  t.false('DB_ENV_PASSWORD' in environment);
});

async function waits(call: Call, code: string): Promise<boolean> {
  const { waiting = [] } = (await call('GET', '/apiv1/service/web')).body.data.status;
  return waiting.some((each: { readonly code: string }) => each.code === code);
}
