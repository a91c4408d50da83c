import test from 'ava';
import { firstRecord, rolledBack, updated } from '../../../src/decisions/services/next-record.ts';
import type { HealthCheck } from '../../../src/model/service.ts';
import { busybox, serviceRecord, spec } from './views.ts';

const published = { ...spec, image: { ...busybox, bind_ports: [{ proto: 'tcp', container_port: 80 }] } } as const;
const check: HealthCheck = {
  ...{ type: 'http', port: 80, path: '/', interval: 1, timeout: 1, retries: 1, start_period: 0 },
};
const other = { ...busybox, environment: { VERSION: '2' } };

test('a changed health check is a new template', (t) => {
  const record = serviceRecord({ spec: published });
  const checked = updated('web', record, { health: check });
  t.like(checked, { generation: 2, template: 2 });
  t.like(updated('web', checked, { health: { ...check, path: '/nope' } }), { generation: 3, template: 3 });
  t.like(updated('web', checked, { health: null }), { generation: 3, template: 3 });
});

test('changed links are a new template', (t) => {
  const linked = updated('web', serviceRecord(), { links: { db: 'db' } });
  t.like(linked, { generation: 2, template: 2 });
  t.like(updated('web', linked, { links: { db: 'database' } }), { generation: 3, template: 3 });
  t.like(updated('web', serviceRecord(), { links: {} }), { template: 1 });
});

test('a forced update is a new template each time, and a rollback takes it back', (t) => {
  const first = serviceRecord();
  const second = updated('web', first, { force: true });
  t.like(second, { generation: 2, template: 2, spec: { force_update: 1 } });
  const third = updated('web', second, { force: true, grace: 1 });
  t.like(third, { generation: 3, template: 3, spec: { force_update: 2, grace: 1 } });
  t.like(updated('web', third, { grace: 2 }), { generation: 4, template: 3, spec: { force_update: 2 } });
  t.is(updated('web', third, { force: false }), third);
  const back = rolledBack(third, first, 'rollback');
  t.like(back, { generation: 4, template: 1 });
  t.false('force_update' in back.spec);
});

test('a changed policy is no new template', (t) => {
  t.like(updated('web', serviceRecord(), { grace: 1, update: { parallelism: 2 } }), { generation: 2, template: 1 });
});

test('a check at a port that is not published is refused', (t) => {
  const refused = { code: 'invalid', message: /health\.port.* 81 .*bind_ports/ };
  const wrong = { ...check, port: 81 };
  t.throws(() => firstRecord({ ...published, health: wrong }), refused);
  t.throws(() => updated('web', serviceRecord({ spec: published }), { health: wrong }), refused);
  const udp = { ...busybox, bind_ports: [{ proto: 'udp', container_port: 81 }] } as const;
  t.throws(() => firstRecord({ ...spec, image: udp, health: wrong }), refused);
  const checked = serviceRecord({ spec: { ...published, health: check } });
  t.throws(() => updated('web', checked, { image: busybox }), { message: /health\.port/ });
});

test('a check is taken where every port is published, and on the network of the host', (t) => {
  t.notThrows(() => firstRecord({ ...spec, image: { ...busybox, publish: true }, health: check }));
  t.notThrows(() => firstRecord({ ...spec, image: { ...busybox, network_mode: 'host' }, health: check }));
});

test('a service whose check was taken by an earlier release can be changed otherwise', (t) => {
  const record = serviceRecord({ spec: { ...spec, health: check } });
  t.like(updated('web', record, { grace: 1 }), { generation: 2, spec: { grace: 1 } });
});

test('a rollback to an equal generation exchanges nothing', (t) => {
  const first = serviceRecord();
  const second = updated('web', first, { image: other });
  const third = updated('web', second, { image: busybox });
  t.is(third.template, 3);
  t.is(rolledBack(third, first, 'rollback'), third);
  const slower = updated('web', third, { grace: 99 });
  t.like(rolledBack(slower, first, 'rollback'), { generation: 5, template: 3, spec: { grace: spec.grace } });
  t.like(rolledBack(third, second, 'rollback'), { generation: 4, template: 2 });
});

test('a generation that comes back under a policy is none of the replicas that it had', (t) => {
  const first = serviceRecord();
  const second = updated('web', first, { image: other });
  const back = rolledBack(second, first, 'rollback', 'team');
  t.like(back, { generation: 3, template: 3, spec: { image: { ...first.spec.image, policy: 'team' } } });
  const held = updated('web', first, { policy: 'team' });
  t.like(held, { generation: 2, template: 2, spec: { image: { policy: 'team' } } });
  t.is(rolledBack(held, first, 'rollback', 'team'), held);
  t.like(rolledBack(updated('web', held, { image: other }), held, 'rollback', 'team'), { generation: 4, template: 2 });
});
