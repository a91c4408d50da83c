import test from 'ava';
import { mostDepth, mostItems, mostValues, sizeOf } from '../../src/http/body-bounds.ts';
import { openDoor } from './open-door.ts';

test('a size is in values, characters, levels and the longest list or object', (t) => {
  t.deepEqual(sizeOf({ ab: [1, 'xyz'], c: null }), { values: 5, characters: 6, depth: 2, items: 2 });
  t.is(sizeOf({ list: [[], [], []] }).items, 3);
  t.is(sizeOf({ a: { b: 1, c: 2, d: 3, e: 4 } }).items, 4);
});

const image = { name: 'demo/busybox:1' };
const variables = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`V${i}`, '1']));
const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);

test('what is longer, larger or deeper than any request needs is refused by that alone', async (t) => {
  const { call } = await openDoor(t, { engines: 1 });
  const answer = async (body: object) => (await call('POST', '/apiv1/plan', body)).body.data;
  t.regex(
    await answer({ ...image, environment: variables(mostItems + 1) }),
    /object in the body has more than 1024 entries/,
  );
  t.regex(await answer({ ...image, args: Array(mostItems + 1).fill('') }), /a list or an object/);
  t.regex(await answer({ ...image, args: nested(mostDepth + 1) }), /more than 32 levels deep/);
  const lists = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`l${i}`, Array(1000).fill(0)]));
  t.regex(await answer({ ...image, user_data: lists }), new RegExp(`more than ${mostValues} values`));
  t.is((await call('POST', '/apiv1/plan', { ...image, environment: variables(mostItems) })).status, 200);
});
