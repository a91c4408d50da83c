import test from 'ava';
import { counted } from '../../schedulers/counted.ts';
import { firstUnfit } from '../../src/model/claim.ts';
import { claimsOn } from '../../src/placement/claims.ts';
import { held, imageConfig, snapshot } from '../placement/engines.ts';

const engine = (taken: number) =>
  snapshot({ resources: { gpu: 2, licence: 5 }, held: { a: [held('resource/gpu', taken)] } });
const rejection = (resources: Record<string, number>, taken = 0) =>
  counted.prepare(imageConfig({ resources }))?.(engine(taken));

test('as much as is left', (t) => {
  t.is(rejection({ gpu: 2 }), undefined);
  t.is(rejection({ gpu: 1, licence: 5 }, 1), undefined);
});

test('more than is left, with the holders of the rest', (t) => {
  t.deepEqual(rejection({ gpu: 2 }, 1), {
    code: 'resource_short',
    message: '2 gpu wanted, 1 of 2 free, the rest taken',
    key: 'resource/gpu',
  });
  t.is(rejection({ licence: 6 })?.message, '6 licence wanted, 5 of 5 free');
});

test('an engine without the resource, even if its name is a method of objects', (t) => {
  t.like(rejection({ tpu: 1 }), { code: 'resource_missing', message: 'the engine has no tpu' });
  t.like(rejection({ constructor: 1 }), { code: 'resource_missing' });
});

test('a request for 0 is no request', (t) => {
  t.is(counted.prepare(imageConfig({ resources: { tpu: 0 } })), undefined);
  t.is(counted.prepare(imageConfig({})), undefined);
});

test('used resources are claimed, up to the engine’s capacity', (t) => {
  const claims = claimsOn(engine(0), imageConfig({ resources: { gpu: 2, licence: 0 } }), [counted]);
  t.deepEqual(claims, [held('resource/gpu', 2, 2)]);
  t.truthy(firstUnfit(claims, engine(1).sums));
});
