import test, { type ExecutionContext } from 'ava';
import { createToken } from '../../src/commands/accounts/tokens.ts';
import { resyncEngine } from '../../src/engine-sync/resync-engine.ts';
import { openDoor } from './open-door.ts';

const by = { name: 'test', role: 'admin' };
const name = 'demo/busybox:1';
const policy = {
  name: 'team',
  rules: { bind_mounts: ['/srv/team', '/srv/shared:ro'], registries: ['docker.io/demo'], capabilities: ['NET_ADMIN'] },
};

/** A server where `team` is under the policy. */
async function open(t: ExecutionContext) {
  const door = await openDoor(t, { engines: 1 }, 'token');
  const callAs = (token: string) => (method: string, url: string, body?: unknown) =>
    door.call(method, url, body, { authorization: `Bearer ${token}` });
  const admin = callAs((await createToken(door.cluster, { name: 'root', role: 'admin' }, by)).token);
  t.is((await admin('POST', '/apiv1/policy', policy)).status, 201);
  const rules = [{ verbs: ['*'], nouns: ['container', 'service', 'job', 'volume', 'image'] }];
  t.is((await admin('POST', '/apiv1/role', { name: 'team', rules, policy: 'team' })).status, 201);
  const team = callAs((await createToken(door.cluster, { name: 'ana', role: 'team' }, by)).token);
  const [engine] = door.cluster.engines;
  if (!engine) throw new Error('no engine');
  return { ...door, admin, team, engine };
}

type Opened = Awaited<ReturnType<typeof open>>;

/** Each with the rule that refuses it. */
const ways: Readonly<Record<string, readonly [image: object, rule: string]>> = {
  'a privileged container': [{ privileged: true }, 'privileged'],
  'options of a driver in the second network': [
    { networks: ['front', { name: 'back', driver_opts: { 'com.docker.network.endpoint.sysctls': 'net.x=1' } }] },
    'docker_fields',
  ],
  'the root of the host': [{ volumes: ['/:/host'] }, 'bind_mounts'],
  'the root of the host for reading': [{ volumes: ['/:/host:ro'] }, 'bind_mounts'],
  'the socket of the engine': [{ volumes: ['/var/run/docker.sock:/docker.sock'] }, 'bind_mounts'],
  'the folder of the socket': [{ volumes: ['/run:/host/run:ro'] }, 'bind_mounts'],
  'a folder beside an allowed one': [{ volumes: ['/srv/teams:/data'] }, 'bind_mounts'],
  'a folder above an allowed one': [{ volumes: ['/srv:/data'] }, 'bind_mounts'],
  'what may be a symbolic link in an allowed folder': [{ volumes: ['/srv/team/link:/data'] }, 'bind_mounts'],
  'a shared folder for writing': [{ volumes: ['/srv/shared:/data'] }, 'bind_mounts'],
  'a path with ..': [{ volumes: ['/srv/shared/../../etc:/data:ro'] }, 'bind_mounts'],
  'a path with .': [{ volumes: ['/srv/shared/./x:/data:ro'] }, 'bind_mounts'],
  'a path with //': [{ volumes: ['//srv/shared:/data:ro'] }, 'bind_mounts'],
  'a bind as a mount': [{ mounts: [{ type: 'bind', source: '/etc', target: '/data' }] }, 'bind_mounts'],
  'a mount of an allowed folder that is shared back': [
    { mounts: [{ type: 'bind', source: '/srv/team', target: '/data', propagation: 'rshared' }] },
    'bind_mounts',
  ],
  'a bind that is shared back': [{ volumes: ['/srv/team:/data:rshared'] }, 'bind_mounts'],
  'the network of the host': [{ network_mode: 'host' }, 'host_namespaces'],
  'the network of another container': [{ network_mode: 'container:db' }, 'other_containers'],
  'processes of the host': [{ pid_mode: 'host' }, 'host_namespaces'],
  'processes of another container': [{ pid_mode: 'container:db' }, 'other_containers'],
  'the IPC of the host': [{ ipc_mode: 'host' }, 'host_namespaces'],
  'the IPC of another container': [{ ipc_mode: 'container:db' }, 'other_containers'],
  'the name of the host': [{ uts_mode: 'host' }, 'host_namespaces'],
  'users of the host': [{ userns_mode: 'host' }, 'host_namespaces'],
  'cgroups of the host': [{ docker: { HostConfig: { CgroupnsMode: 'host' } } }, 'host_namespaces'],
  'volumes of a stranger': [{ volumes_from: ['db'] }, 'other_containers'],
  'the environment of a stranger': [{ links: { db: 'db' } }, 'other_containers'],
  'a capability': [{ cap_add: ['SYS_ADMIN'] }, 'capabilities'],
  'a capability in another spelling': [{ cap_add: ['cap_sys_ptrace'] }, 'capabilities'],
  'all capabilities': [{ cap_add: ['ALL'] }, 'capabilities'],
  'a device': [{ devices: ['/dev/sda'] }, 'devices'],
  'a rule for devices': [{ device_cgroup_rules: ['a *:* rwm'] }, 'device_cgroup_rules'],
  GPUs: [{ gpus: 'all' }, 'gpus'],
  'no seccomp': [{ security_opt: ['seccomp=unconfined'] }, 'security_opt'],
  'no AppArmor': [{ security_opt: ['apparmor=unconfined'] }, 'security_opt'],
  'all of /proc': [{ security_opt: ['systempaths=unconfined'] }, 'security_opt'],
  'all of /proc by its paths': [{ docker: { HostConfig: { MaskedPaths: [] } } }, 'docker_fields'],
  'a sysctl': [{ sysctls: { 'kernel.core_pattern': '|/evil' } }, 'sysctls'],
  'another runtime': [{ runtime: 'evil' }, 'runtimes'],
  'a cgroup of the system': [{ cgroup_parent: '/system.slice' }, 'cgroup_parents'],
  'a log driver that reads files': [
    { log_driver: 'splunk', log_options: { 'splunk-capath': '/etc/shadow' } },
    'log_drivers',
  ],
  'an option of a log driver': [
    { log_driver: 'json-file', log_options: { 'syslog-tls-ca-cert': '/x' } },
    'log_options',
  ],
  'another volume driver': [{ docker: { HostConfig: { VolumeDriver: 'evil' } } }, 'volume_drivers'],
  'another registry': [{ name: 'registry.evil/x' }, 'registries'],
  'an image by its id': [{ name: '0123456789ab' }, 'registries'],
  'annotations of the runtime': [{ docker: { HostConfig: { Annotations: { x: 'y' } } } }, 'docker_fields'],
  'a field that no rule is about': [{ docker: { MacAddress: '02:42:ac:11:00:02' } }, 'docker_fields'],
  'a field of HostConfig that no rule is about': [
    { docker: { HostConfig: { StorageOpt: { size: '1G' } } } },
    'docker_fields',
  ],
  'GPUs by a variable': [{ environment: { NVIDIA_VISIBLE_DEVICES: 'all' } }, 'gpus'],
  'a device by its CDI name': [{ devices: ['vendor.example/net=eth0'] }, 'devices'],
  'never the first to be ended': [{ oom_score_adj: -1000 }, 'docker_fields'],
};

test('every known way out of a container is refused, with the rule, and nothing is reserved or made', async (t) => {
  const { team, cluster, engine } = await open(t);
  const before = [...engine.calls];
  for (const [way, [image, rule]] of Object.entries(ways)) {
    const { status, body } = await team('POST', '/apiv1/container', { name, type: 'label', ...image });
    t.like({ status, ...body }, { status: 403, code: 'forbidden', details: { policy: 'team', rule } }, way);
    t.is(typeof body.details.path, 'string', way);
  }
  t.deepEqual(engine.calls, before);
  t.deepEqual(cluster.cache.reservations(), []);
  t.deepEqual(await cluster.store.list('service'), []);
});

test('what the policy allows runs, and says under which policy', async (t) => {
  const { team } = await open(t);
  const image = {
    ...{
      name,
      type: 'label',
      cap_add: ['NET_ADMIN'],
      security_opt: ['no-new-privileges'],
      tmpfs: { '/run': 'size=8m' },
    },
    ...{ volumes: ['/srv/team:/data', '/srv/shared/photos:/photos:ro', 'cache:/cache', '/scratch'] },
    ...{ log_driver: 'json-file', log_options: { 'max-size': '1m' }, networks: ['bridge'], ipc_mode: 'private' },
  };
  const { status, body } = await team('POST', '/apiv1/container', image);
  t.is(status, 201, JSON.stringify(body));
  t.is(body.data.image.policy, 'team');
});

test('an admin without a policy stays free, and may name one', async (t) => {
  const { admin } = await open(t);
  t.is((await admin('POST', '/apiv1/container', { name, privileged: true, volumes: ['/:/host'] })).status, 201);
  const bound = { name, type: 'label', policy: 'team', privileged: true };
  t.like((await admin('POST', '/apiv1/container', bound)).body, { code: 'forbidden', details: { rule: 'privileged' } });
  t.is((await admin('POST', '/apiv1/container', { ...bound, policy: 'none' })).body.code, 'no_such_policy');
});

/** Each makes containers, now or later. */
const makers: readonly (readonly [method: string, url: string, body: (image: object) => unknown])[] = [
  ['POST', '/apiv1/container', (image) => image],
  ['POST', '/apiv1/container?count=3', (image) => image],
  ['POST', '/apiv1/container?count=3&atomic=true', (image) => image],
  ['POST', '/apiv1/plan', (image) => image],
  ['POST', '/apiv1/plan', (image) => ({ service: { name: 'web', image } })],
  ['POST', '/apiv1/service', (image) => ({ name: 'web', image })],
  ['POST', '/apiv1/job', (image) => ({ name: 'nightly', image })],
  ['POST', '/apiv1/job', (image) => ({ name: 'nightly', image, schedule: '0 3 * * *' })],
];

test('each route that makes containers refuses', async (t) => {
  const { team, admin, engine, cluster } = await open(t);
  t.is((await admin('POST', '/apiv1/image', { name: 'saved', image: { name, privileged: true } })).status, 201);
  for (const image of [{ name, privileged: true }, { from: 'saved' }]) {
    for (const [method, url, bodyOf] of makers) {
      const { status, body } = await team(method, url, bodyOf(image));
      t.like({ status, ...body }, { status: 403, details: { policy: 'team', rule: 'privileged' } }, `${method} ${url}`);
    }
  }
  t.deepEqual([...engine.containers], []);
  t.deepEqual([...(await cluster.store.list('service')), ...(await cluster.store.list('job'))], []);
});

test('what others defined is not changed or run under a policy that refuses it', async (t) => {
  const { team, admin } = await open(t);
  const image = { name, privileged: true };
  t.is((await admin('POST', '/apiv1/service', { name: 'web', image, replicas: 1 })).status, 201);
  t.is((await admin('PUT', '/apiv1/service/web', { image: { name } })).status, 200);
  t.is((await admin('POST', '/apiv1/job', { name: 'nightly', image, schedule: '0 3 * * *' })).status, 201);
  const isRefused = async (method: string, url: string, body?: unknown) => {
    const answer = await team(method, url, body);
    t.like(answer, { status: 403, body: { details: { policy: 'team', rule: 'privileged' } } }, `${method} ${url}`);
  };
  await isRefused('POST', '/apiv1/service/web/rollback');
  await isRefused('POST', '/apiv1/service/web/rollback', { generation: 1 });
  t.is((await team('POST', '/apiv1/service/web/scale', { replicas: 2 })).status, 200);
  t.is((await admin('POST', '/apiv1/service/web/rollback')).status, 200);
  await isRefused('POST', '/apiv1/service/web/scale', { replicas: 3 });
  await isRefused('POST', '/apiv1/service/web/restart');
  await isRefused('POST', '/apiv1/service/web/resume');
  await isRefused('PUT', '/apiv1/service/web', { replicas: 3 });
  await isRefused('POST', '/apiv1/job/nightly/run');
  await isRefused('PUT', '/apiv1/job/nightly', { schedule: '0 4 * * *' });
  // Whoever makes it harmless may.
  const changed = await team('PUT', '/apiv1/service/web', { image: { name } });
  t.is(changed.status, 200);
  t.is(changed.body.data.image.policy, 'team');
});

test('a volume of the host is refused where it is made, and where a container would have it', async (t) => {
  const { team, admin, cluster } = await open(t);
  const options = { type: 'none', o: 'bind', device: '/' };
  const volume = { engine: 'a', name: 'data', options };
  const refused = await team('POST', '/apiv1/volume', volume);
  t.like(refused, { status: 403, body: { details: { policy: 'team', rule: 'bind_mounts', path: 'options' } } });
  t.is((await admin('POST', '/apiv1/volume', volume)).status, 201);
  const held = await team('POST', '/apiv1/container', { name, type: 'label', volumes: ['data:/host'] });
  t.like(held, { status: 403, body: { details: { policy: 'team', rule: 'bind_mounts', path: 'volume data' } } });
  t.deepEqual(cluster.cache.reservations(), []);
  t.is((await team('POST', '/apiv1/volume', { engine: 'a', name: 'own' })).status, 201);
});

test('nobody under a policy reaches into a container that has what it refuses', async (t) => {
  const opened = await open(t);
  const { team, admin } = opened;
  const strong = (await admin('POST', '/apiv1/container', { name, type: 'label', privileged: true })).body.data;
  const weak = (await team('POST', '/apiv1/container', { name, type: 'label' })).body.data;
  const foreign = await runForeign(opened, 'stranger');
  const exec = (id: string, body: object) => team('POST', `/apiv1/container/${id}/exec`, { cmd: ['id'], ...body });
  t.is((await exec(weak.id, {})).status, 200);
  const refused = await exec(weak.id, { privileged: true });
  t.like(refused, { status: 403, body: { details: { policy: 'team', rule: 'privileged', path: 'privileged' } } });
  for (const [method, part, body] of [
    ['POST', 'exec', { cmd: ['id'] }],
    ['GET', 'export'],
    ['GET', 'archive?path=/etc'],
    ['POST', 'commit', {}],
  ] as const) {
    const answer = await team(method, `/apiv1/container/${strong.id}/${part}`, body);
    t.like(answer, { status: 403, body: { details: { policy: 'team', rule: 'privileged' } } }, part);
  }
  const unknown = await exec(foreign, {});
  t.like(unknown, { status: 403, body: { details: { policy: 'team', rule: 'other_containers' } } });
  t.is((await admin('POST', `/apiv1/container/${strong.id}/exec`, { cmd: ['id'] })).status, 200);
});

test('whoever is under a policy changes no policy, and gives away no role without it', async (t) => {
  const { admin, as } = await openAdmins(t);
  const rules = [{ verbs: ['*'], nouns: ['*'] }];
  t.is((await admin('POST', '/apiv1/role', { name: 'lead', rules, policy: 'team' })).status, 201);
  t.is((await admin('POST', '/apiv1/role', { name: 'x', rules, policy: 'none' })).body.code, 'no_such_policy');
  const lead = await as('lead', 'lead');
  const attempts = [
    ['POST', '/apiv1/policy', { name: 'free', rules: { privileged: true } }],
    ['PUT', '/apiv1/policy/team', { rules: { privileged: true } }],
    ['DELETE', '/apiv1/policy/team'],
    ['POST', '/apiv1/role', { name: 'free', rules }],
    ['POST', '/apiv1/token', { name: 'free', role: 'admin' }],
    ['POST', '/apiv1/account', { name: 'free', role: 'admin', password: 'longer than eight' }],
    ['POST', '/apiv1/restore', {}],
  ] as const;
  for (const [method, url, body] of attempts) {
    const answer = await lead(method, url, body);
    t.like(answer, { status: 403, body: { code: 'forbidden', details: { policy: 'team', role: 'lead' } } }, url);
  }
  t.is((await lead('POST', '/apiv1/token', { name: 'same', role: 'lead' })).status, 201);
  t.is((await admin('DELETE', '/apiv1/policy/team')).body.code, 'policy_in_use');
});

/** The id of a container that somebody started by hand, once it is known. */
async function runForeign({ cluster, engine }: Opened, container: string): Promise<string> {
  engine.runForeign(container);
  await resyncEngine(cluster, 'a');
  return container;
}

async function openAdmins(t: ExecutionContext) {
  const opened: Opened = await open(t);
  const as = async (who: string, role: string) => {
    const { token } = await createToken(opened.cluster, { name: who, role }, by);
    return (method: string, url: string, body?: unknown) =>
      opened.call(method, url, body, { authorization: `Bearer ${token}` });
  };
  return { ...opened, as };
}
