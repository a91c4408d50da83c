import test from 'ava';
import { openOther } from './open-door.ts';
import { openGenisys } from './open-genisys.ts';

const backend = { image: 'skynet-backend:latest', command: 'java -jar /tmp/backend.jar', ports: ['8080'] };
const file = (definitions: Record<string, unknown>) => ({ servicesFile: { path: '/etc/services.yml', definitions } });

test('the services of the file are there from the start, and run nothing', async (t) => {
  const { genisys } = await openGenisys(t, file({ backend, frontend: { name: 'frontend', image: 'frontend:2' } }));
  const { body } = await genisys('GET', '/service');
  t.deepEqual(Object.keys(body), ['backend', 'frontend']);
  t.deepEqual(body.backend, { name: 'backend', ...backend, environment: null });
  t.deepEqual((await genisys('GET', '/service/backend/status')).body, { running_resources: 0 });
});

test('a service that is there stays as it is, and the log tells where the file differs', async (t) => {
  const { cluster, genisys, call } = await openGenisys(t, file({ backend, same: { image: 'same:1' } }));
  await genisys('PUT', '/service/backend', { image: 'skynet-backend:2' });
  await call('POST', '/apiv1/service/backend/scale', { replicas: 2 });
  const warnings: unknown[] = [];
  const logger = Object.assign(Object.create(cluster.logger), { warn: (fields: object) => warnings.push(fields) });
  await openOther({ ...cluster, logger }, 'genisys', {
    countBy: 'service',
    ...file({ backend, same: { image: 'same:1' } }),
  });
  t.deepEqual(warnings, [{ service: 'backend', file: '/etc/services.yml' }]);
  t.like((await call('GET', '/apiv1/service/backend')).body.data, { replicas: 2, image: { name: 'skynet-backend:2' } });
});

const refused = test.macro(async (t, definitions: Record<string, unknown>, message: RegExp) => {
  await t.throwsAsync(openGenisys(t, file(definitions)), { code: 'invalid', message });
});

test(
  'a service without an image',
  refused,
  { web: { command: 'x' } },
  /^\/etc\/services\.yml: service web: "image" is req/,
);
test('a service that is none', refused, { web: 'demo/web:1' }, /service web: "value" must be of type object/);
test('a service that is nothing', refused, { web: null }, /service web: "value" must be of type object/);
test(
  'a name that no service can have',
  refused,
  { 'a b': { image: 'web' } },
  /service a b: "a b" must begin with a letter/,
);
test('another name', refused, { web: { name: 'other', image: 'web' } }, /service web: "name" must be "web"/);
