import test from 'ava';
import { maxDepth, maxItems, maxValues, refuseLargeJson, sizeOf } from '../../src/http/body-bounds.ts';
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
    await answer({ ...image, environment: variables(maxItems + 1) }),
    /object in the body has more than 1024 entries/,
  );
  t.regex(await answer({ ...image, args: Array(maxItems + 1).fill('') }), /a list or an object/);
  t.regex(await answer({ ...image, args: nested(maxDepth + 1) }), /more than 32 levels deep/);
  const lists = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`l${i}`, Array(1000).fill(0)]));
  t.regex(await answer({ ...image, user_data: lists }), new RegExp(`more than ${maxValues} values`));
  t.is((await call('POST', '/apiv1/plan', { ...image, environment: variables(maxItems) })).status, 200);
});

const limit = 1024 * 1024;
/** Texts that take a parser 50 ms and more, and what is wrong with them first. */
const large = {
  deep: ['['.repeat(limit / 2 - 100) + ']'.repeat(limit / 2 - 100), 'levels'],
  open: ['['.repeat(limit - 100), 'levels'],
  objects: [`${'{"a":'.repeat(limit / 8)}1${'}'.repeat(limit / 8)}`, 'levels'],
  escapes: [`["\\"",${'['.repeat(limit - 200)}`, 'levels'],
  empties: [`[${'{},'.repeat(limit / 4)}{}]`, 'values'],
  keys: [`{${Array.from({ length: 80_000 }, (_, index) => `"k${index}":1`).join(',')}}`, 'values'],
} as const;

for (const [kind, [text, what]] of Object.entries(large))
  test.serial(`what is too large is refused before it is parsed: ${kind}`, async (t) => {
    const message = new RegExp(`more than \\d+ ${what}`);
    t.throws(() => refuseLargeJson(Buffer.from(text)), { message });
    const parse = JSON.parse;
    const { server } = await openDoor(t, { engines: 1 });
    const parsed: number[] = [];
    JSON.parse = (given: string, ...rest) => {
      parsed.push(given.length);
      return parse(given, ...rest);
    };
    try {
      for (const [method, url] of [
        ['POST', '/apiv1/container'],
        ['DELETE', '/apiv1/service/x'],
      ] as const) {
        const headers = { host: 'localhost', 'content-type': 'application/json' };
        const { statusCode } = await server.inject({ method, url, payload: text, headers });
        t.is(statusCode, method === 'POST' ? 400 : 404);
      }
    } finally {
      JSON.parse = parse;
    }
    t.true(parsed.every((length) => length < 100_000));
  });

test('the size of a text is that of its value, whatever is in its words', (t) => {
  const pass = (value: unknown) => t.notThrows(() => refuseLargeJson(Buffer.from(JSON.stringify(value, undefined, 1))));
  const refuse = (value: unknown) => t.throws(() => refuseLargeJson(Buffer.from(JSON.stringify(value))));
  pass('[{,'.repeat(20_000));
  pass({ 'a"[[': '\\"[,', é: ['\\', '"'] });
  pass(Array(maxValues - 1).fill([]));
  refuse(Array(maxValues).fill([]));
  pass(Array(maxValues - 1).fill({}));
  pass(Object.fromEntries(Array.from({ length: maxValues - 1 }, (_, index) => [`k${index}`, ''])));
  refuse(Object.fromEntries(Array.from({ length: maxValues }, (_, index) => [`k${index}`, ''])));
  pass(nested(maxDepth));
  refuse(nested(maxDepth + 2));
});
