import test from 'ava';
import { openDoor } from './open-door.ts';

const image = { name: 'demo/busybox:1', type: 'label' };

test('Prometheus reads engines, services, placements and requests', async (t) => {
  const { call } = await openDoor(t, { engines: 2 });
  await call('POST', '/apiv1/container', { ...image, cpus: 0.5, memory: 64, labels: ['on-a'] });
  await call('POST', '/apiv1/container', { ...image, cpus: 10_000 });
  await call('GET', '/nowhere/a');
  await call('GET', '/nowhere/b');
  const { status, body, headers } = await call('GET', '/metrics');
  t.is(status, 200);
  t.regex(String(headers['content-type']), /^text\/plain; version=0\.0\.4/);
  for (const line of [
    'satsuma_engines{status="ok"} 2',
    'satsuma_engine_up{engine="a"} 1',
    'satsuma_engine_reserved_cpus{engine="a"} 0.5',
    'satsuma_engine_reserved_cpus{engine="b"} 0',
    `satsuma_engine_reserved_memory_bytes{engine="a"} ${64 * 2 ** 20}`,
    'satsuma_engine_containers{engine="a"} 1',
    'satsuma_placements_total{outcome="reserved"} 1',
    'satsuma_placements_total{outcome="unschedulable"} 1',
    'satsuma_store_up 1',
    'satsuma_store_changes_behind 0',
    'satsuma_reservations{state="bound"} 1',
    'satsuma_reservations{state="reserved"} 0',
    'satsuma_http_requests_open 1',
    'satsuma_http_request_duration_seconds_count{method="POST",route="/apiv1/container",status="201"} 1',
    'satsuma_http_request_duration_seconds_count{method="POST",route="/apiv1/container",status="422"} 1',
    'satsuma_http_request_duration_seconds_count{method="other",route="none",status="404"} 2',
  ])
    t.true(body.split('\n').includes(line), line);
});

test('what is gone is not told any more, and a store that does not answer is', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 2 });
  t.regex((await call('GET', '/metrics')).body, /^satsuma_engine_up\{engine="b"\} 1$/m);
  await call('DELETE', '/apiv1/engine/b');
  cluster.store.ping = () => Promise.reject(new Error('gone'));
  const { status, body } = await call('GET', '/metrics');
  t.is(status, 200);
  t.notRegex(body, /engine="b"/);
  t.regex(body, /^satsuma_store_up 0$/m);
  t.notRegex(body, /^satsuma_store_ping_seconds /m);
});

test('how long the store and the leader took is told', async (t) => {
  const { call, cluster } = await openDoor(t);
  cluster.timings.note({ of: { storeCall: 'reserve' }, tookMs: 3, isOk: true });
  cluster.timings.note({ of: { storeCall: 'reserve' }, tookMs: 30, isOk: false });
  cluster.timings.note({ of: 'pass', tookMs: 2_000, isOk: true });
  const { body } = await call('GET', '/metrics');
  const calls = 'satsuma_store_call_duration_seconds';
  t.true(body.includes(`${calls}_bucket{le="0.0025",operation="reserve",outcome="ok"} 0\n`), body);
  t.true(body.includes(`${calls}_bucket{le="0.005",operation="reserve",outcome="ok"} 1\n`));
  t.true(body.includes(`${calls}_sum{operation="reserve",outcome="failed"} 0.03\n`));
  t.true(body.includes('satsuma_controller_pass_duration_seconds_sum{outcome="ok"} 2\n'));
});

test('containers have the names of cAdvisor, and their engine', async (t) => {
  const { call } = await openDoor(t, { engines: 1 });
  const { id } = (await call('POST', '/apiv1/container', { ...image, container_name: 'web' })).body.data;
  const { status, body } = await call('GET', '/metrics/containers');
  t.is(status, 200);
  const labels = `{id="${id}",name="web",image="demo/busybox:1",engine="a"}`;
  t.true(body.includes(`container_network_receive_bytes_total${labels} 1000\n`), body);
  t.true(body.includes(`container_memory_working_set_bytes${labels} ${64 * 2 ** 20}\n`));
  t.regex(body, /^container_cpu_usage_seconds_total\{/m);
});

test('certificates tell for how long they are valid', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 1 });
  const notAfter = new Date(Date.now() + 1_000_000).toISOString();
  cluster.pool.shown = [
    { name: 'ca-cert', notAfter, fingerprint: 'a'.repeat(64) },
    { name: 'ssl-cert', notAfter, fingerprint: 'b'.repeat(64), authority: 'a'.repeat(64) },
  ];
  cluster.pool.engineShown = [{ name: 'a', notAfter: new Date(0).toISOString(), fingerprint: 'c'.repeat(64) }];
  const { body } = await call('GET', '/metrics');
  t.regex(body, /^satsuma_certificate_expiry_seconds\{kind="authority",name="a{16}"\} (?:99\d|1000)$/m);
  t.regex(body, /^satsuma_certificate_expiry_seconds\{kind="client",name="ssl-cert"\} \d+$/m);
  t.regex(body, /^satsuma_certificate_expiry_seconds\{kind="engine",name="a"\} -\d+$/m);
  const { status, body: answer } = await call('GET', '/apiv1/certificates');
  t.is(status, 200);
  t.like(answer.data, { engines: [{ id: 'a', authority: null, not_after: '1970-01-01T00:00:00.000Z' }] });
});
