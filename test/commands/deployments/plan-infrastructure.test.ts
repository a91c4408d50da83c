import test from 'ava';
import { withInfrastructure } from '../../../src/commands/deployments/plan-infrastructure.ts';
import type { ImageConfig } from '../../../src/model/image-config.ts';

const image: ImageConfig = {
  name: 'postgres:17',
  type: 'multi',
  restart_policy: {},
  mounts: [{ type: 'volume', source: 'shop_db-data', target: '/data' }],
};
const there = { ...image, memory: 64, constraints: ['engine==a'] };
const withInit = { image, init: ['true'] } as unknown as Parameters<typeof withInfrastructure>[0];
const withoutInit = { image } as unknown as Parameters<typeof withInfrastructure>[0];

test('what is there stays where nothing is asked for, and what is asked for counts', (t) => {
  t.deepEqual(withInfrastructure(withoutInit, there, {}), there);
  t.deepEqual(withInfrastructure(withoutInit, there, { memory: 128, constraints: ['zone==eu'] }), {
    ...image,
    ...{ memory: 128, constraints: ['zone==eu'] },
  });
  t.deepEqual(withInfrastructure(withoutInit, undefined, { cpus: 1 }), { ...image, cpus: 1 });
});

test('a service whose data was written on one engine stays there, unless another one is named', (t) => {
  const constraintsOf = (constraints: readonly string[]) =>
    withInfrastructure(withInit, there, { constraints }).constraints;
  t.deepEqual(constraintsOf(['zone==eu']), ['zone==eu', 'engine==a']);
  t.deepEqual(constraintsOf(['engine==b']), ['engine==b']);
});
