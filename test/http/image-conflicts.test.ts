import test from 'ava';
import { openDoor } from './open-door.ts';

const busybox = { name: 'demo/busybox:1', type: 'label' };
const beside = { ...busybox, network_mode: 'container:db' };

/** What Docker refuses on whichever engine is refused before one is asked, at the field that is too much. */
const refused = test.macro({
  async exec(t, image: object, field: string, says: RegExp) {
    const { call, cluster } = await openDoor(t, { engines: 1 });
    await call('POST', '/apiv1/container', { ...busybox, container_name: 'db' });
    const calls = cluster.engines[0]?.calls.length;
    for (const [url, body, path] of [
      ['/apiv1/container', image, field],
      ['/apiv1/plan', image, field],
      ['/apiv1/image', { name: 'saved', image }, `image.${field}`],
      ['/apiv1/service', { name: 'web', image, replicas: 1 }, `image.${field}`],
      ['/apiv1/job', { name: 'web', image }, `image.${field}`],
    ] as const) {
      const answer = await call('POST', url, body);
      t.like(answer, { status: 400, body: { code: 'invalid', details: [{ path }] } }, JSON.stringify(answer.body));
      t.regex(answer.body.data, says);
    }
    t.is(cluster.engines[0]?.calls.length, calls);
  },
  title: (_, image: object) => `an image config with ${JSON.stringify(image)} is refused`,
});

const port = { container_port: 80 };
test(refused, { ...beside, bind_ports: [port] }, 'bind_ports', /container:db: publish the ports of db instead/);
test(refused, { ...beside, publish: true }, 'publish', /container:db: publish the ports of db instead/);
test(refused, { ...beside, hostname: 'web' }, 'hostname', /container:db: the container has the host name of db/);
test(refused, { ...beside, links: { cache: 'cache' } }, 'links', /container:db: the container has the links of db/);
test(refused, { ...busybox, network_mode: 'container:' }, 'network_mode', /must name a container/);
test(refused, { ...busybox, network_mode: 'host', links: { db: 'db' } }, 'links', /network_mode host: other/);
const named = { name: 'db', env: 'DB_FILE' };
const others = [named, { ...named, target: 'other' }];
test(refused, { ...busybox, environment: { DB_FILE: 'x' }, secrets: [named] }, 'secrets', /DB_FILE, which is set/);
test(refused, { ...busybox, secrets: others }, 'secrets', /DB_FILE, which is set already/);
test(refused, { ...busybox, entrypoint: [''] }, 'entrypoint', /removes the entrypoint of the image: args must name/);

test('what goes together is not refused', async (t) => {
  const { call } = await openDoor(t, { engines: 1 });
  await call('POST', '/apiv1/container', { ...busybox, container_name: 'db' });
  for (const image of [
    { ...beside, bind_ports: [], publish: false, links: {}, domain: 'example.org' },
    { ...busybox, network_mode: 'host', bind_ports: [port], publish: true, hostname: 'web' },
    { ...busybox, network_mode: 'none', bind_ports: [port], hostname: 'web' },
    { ...busybox, entrypoint: [''], args: ['sleep', '1'] },
    { ...busybox, entrypoint: [] },
  ]) {
    const answer = await call('POST', '/apiv1/container', image);
    t.is(answer.status, 201, JSON.stringify([image, answer.body]));
  }
});

test('what a request adds to a saved image config is held against it', async (t) => {
  const { call } = await openDoor(t, { engines: 1 });
  await call('POST', '/apiv1/image', { name: 'beside', image: beside });
  const answer = await call('POST', '/apiv1/container', { from: 'beside', bind_ports: [port] });
  t.like(answer, { status: 400, body: { code: 'invalid' } });
  t.is(
    answer.body.data,
    '"bind_ports" cannot be used with network_mode container:db: publish the ports of db instead (with image config beside)',
  );
});
