import test from 'ava';
import { resyncAll } from '../fixtures/harness.ts';
import { openDoor, sharedDoor } from './open-door.ts';

const name = 'demo/busybox:1';

const refused = test.macro({
  exec: async (t, image: object, message: string | RegExp) => {
    const { call, cluster } = await sharedDoor();
    const { status, body } = await call('POST', '/apiv1/container', { name, ...image });
    t.is(status, 400, JSON.stringify(body));
    if (typeof message === 'string') t.is(body.data, message);
    else t.regex(body.data, message);
    t.is(cluster.engines[0]?.containers.size, 0);
  },
  title: (_, image) => `refused: ${JSON.stringify(image)}`,
});

test(refused, { docker: { Image: 'redis' } }, '"docker" must not have Image: use the field name');
test(
  refused,
  { docker: { HostConfig: { Memory: 1 } } },
  '"docker" must not have HostConfig.Memory: use the field memory',
);
test(refused, { docker: { HostConfig: { PortBindings: {} } } }, /use the field bind_ports$/);
test(refused, { docker: { HostConfig: { Foo: 1 } } }, '"docker" must not have HostConfig.Foo, which no Docker knows');
test(
  refused,
  { docker: { HostConfig: { BlkioWieght: 1 } } },
  '"docker" must not have HostConfig.BlkioWieght, which no Docker knows: did you mean HostConfig.BlkioWeight?',
);
test(refused, { docker: { hostconfig: { Init: true } } }, /which no Docker knows: did you mean HostConfig\?$/);
test(refused, { docker: { Env: ['A=1'] } }, /"docker\.Env\[0\]" must be a name alone/);
test(refused, { docker: { HostConfig: 'x' } }, /"docker\.HostConfig" must be of type object/);
test(refused, { cpus: 1, docker: { HostConfig: { CpuShares: 5 } } }, /"docker" must not have HostConfig\.CpuShares/);
test(refused, { health_check: {} }, /"health_check" must have at least 1 key/);
test(refused, { gpus: { count: 2, device_ids: ['0'] } }, /"gpus"/);
test(refused, { gpus: 'some' }, /"gpus" must be "all", a number, a list of ids, or an object/);
test(refused, { devices: ['null'] }, /must be like \/dev\/ttyUSB0/);
test(refused, { mounts: [{ type: 'volume', target: '/a', subpath: '../b' }] }, /must be a relative path without/);
test(refused, { mounts: [{ type: 'tmpfs', target: '/a', tmpfs_mode: '9' }] }, /must be octal/);
test(refused, { mounts: [{ type: 'image', target: '/a' }] }, /"mounts\[0\]\.source" is required/);
test(refused, { mounts: [{ type: 'tmpfs', target: '/a', volume_driver: 'x' }] }, /for mounts of the type volume only/);
test(
  refused,
  { mounts: [{ type: 'bind', source: '/a', target: '/a', bind_recursive: 'readonly' }] },
  /can have bind_recursive readonly only with read_only/,
);
test(
  refused,
  { container_labels: { 'satsuma.id': 'x' } },
  /labels that begin with "satsuma\." are reserved for Satsuma/,
);
test(refused, { mounts: [{ type: 'bind', target: '/a' }] }, /"mounts\[0\]\.source" is required/);
test(refused, { mounts: [{ type: 'volume', target: '/a', size: 5 }] }, /is for mounts of the type tmpfs only/);
test(refused, { mounts: [{ type: 'volume', target: 'a' }] }, /must be an absolute path/);
test(refused, { volumes: ['x1:/a'], mounts: [{ type: 'volume', target: '/a' }] }, /"mounts" and volumes both have \/a/);
test(refused, { ulimits: { nofile: 'many' } }, /"ulimits\.nofile" must be a number, or an object with soft and hard/);
test(refused, { memory_swap: 100 }, /"memory_swap" needs memory/);
test(refused, { memory: 200, memory_swap: 100 }, /must not be less than memory/);
test(refused, { memory: 100, memory_reservation: 200 }, /must not be more than memory/);
test(
  refused,
  { auto_remove: true, restart_policy: { name: 'always' } },
  /cannot be used with the restart policy always/,
);
test(refused, { uts_mode: 'host', hostname: 'a' }, /cannot be used with uts_mode host/);
test(refused, { network_mode: 'container:x', dns: ['10.0.0.1'] }, /the container has the network of x/);
test(refused, { dns: ['nobody'] }, /must be a valid ip address/);
test(refused, { extra_hosts: ['db'] }, /must be like db\.example:10\.0\.0\.5/);
test(refused, { usr: 'x' }, /did you mean "user"|"usr" is not allowed/);

test('services and jobs have no container that Docker removes', async (t) => {
  const { call } = await openDoor(t, { engines: 1 });
  const image = { name, auto_remove: true };
  for (const path of ['service', 'job']) {
    const { status, body } = await call('POST', `/apiv1/${path}`, { name: 'web', image });
    t.is(status, 400, path);
    t.regex(body.data, /"image\.auto_remove" is not for/);
  }
});

test('an engine whose Docker does not know a field is not asked; the others are, or the answer says why', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 2 });
  const [a, b] = cluster.engines;
  if (a) a.daemon = { ...a.daemon, api: 41 };
  if (b) b.daemon = { ...b.daemon, api: 45 };
  await resyncAll(cluster);
  const run = (image: object) => call('POST', '/apiv1/container', { name, type: 'label', ...image });
  const { body: made } = await run({ docker: { HostConfig: { Annotations: { team: 'web' } } } });
  t.is(made.data.engine.id, 'b', JSON.stringify(made));
  const { status, body } = await run({ mounts: [{ type: 'image', source: 'demo/data', target: '/data' }] });
  t.is(status, 422);
  const reason = (api: string) =>
    `mounts[0].type image needs Docker API 1.48 (Docker 28), and the engine speaks ${api}`;
  t.deepEqual(body.details.counts.map(({ message }: { message: string }) => message).sort(), [
    reason('1.41'),
    reason('1.45'),
  ]);
  t.deepEqual([a?.containers.size, b?.containers.size], [0, 1]);
});
