import test from 'ava';
import { buildRegistry } from '../../schedulers/index.ts';
import { claimsOn } from '../../src/placement/claims.ts';
import { schedulersFor } from '../../src/placement/schedulers-for.ts';
import { imageConfig, snapshot } from './engines.ts';

const asked = { cpus: 0.5, memory: 512, bind_ports: [{ proto: 'tcp' as const, port: 80, container_port: 80 }] };
const claimsOf = (type: string) =>
  claimsOn(snapshot(), imageConfig({ ...asked, type, container_name: 'web' }), schedulersFor(type, buildRegistry()));

test('every resource is claimed once, with the engine’s limits', (t) => {
  t.deepEqual(claimsOf('label'), [
    { key: 'cpu', amount: 500, limit: 4000 },
    { key: 'memory', amount: 512, limit: 4096 },
    { key: 'port/tcp/80', amount: 65_536, limit: 65_536 },
    { key: 'image/redis:latest', amount: 1, limit: null },
    { key: 'name/web', amount: 1, limit: 1 },
  ]);
});

test('unique makes the image exclusive, which is otherwise counted', (t) => {
  const image = claimsOf('multi').find(({ key }) => key.startsWith('image/'));
  t.deepEqual(image, { key: 'image/redis:latest', amount: 1, limit: 1 });
});

test('an unknown type is refused with clementine’s message', (t) => {
  t.throws(() => claimsOf('nonsense'), { code: 'unknown_type', message: 'no scheduler for type nonsense' });
});
