import test from 'ava';
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
test(
  refused,
  { container_labels: { 'satsuma.id': 'x' } },
  /labels that begin with "satsuma\." are those of Satsuma itself/,
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
