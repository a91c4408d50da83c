import { readFileSync } from 'node:fs';
import test from 'ava';
import { schema, settingNames, structuredSettings } from '../../src/config/schema.ts';

test('settings whose variable contains JSON are exactly the lists and objects', (t) => {
  const structured = settingNames.filter((key) => ['array', 'object'].includes(schema.extract(key).type ?? ''));
  t.deepEqual(structured, [...structuredSettings]);
});

test('the bounds are inclusive', (t) => {
  const edges = [
    { lease: 1, 'observe-interval': 0.2, overcommit: 0.1, deadlines: { connect: 0.1 }, 'redis-port': 1 },
    {
      lease: 86_400,
      'observe-interval': 86_400,
      overcommit: 100,
      deadlines: { connect: 86_400 },
      'redis-port': 65_535,
    },
  ];
  for (const edge of edges) t.is(schema.validate(edge).error, undefined);
});

test('the example requests equal those of the README', (t) => {
  const body = (name: string): unknown => JSON.parse(readFileSync(`example/${name}.json`, 'utf8'));
  t.deepEqual(body('boot2docker_engine'), {
    id: 'boot2docker',
    addr: 'https://192.168.59.103:2376',
    cpus: 4,
    memory: 32000,
    labels: ['local', 'boot2docker'],
  });
  t.deepEqual(body('redis_image'), {
    name: 'redis:latest',
    bind_ports: [{ proto: 'tcp', port: 6379, container_port: 6379 }],
    type: 'multi',
  });
});
