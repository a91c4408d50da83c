import test from 'ava';
import { mergeEvents } from '../../../src/commands/relay/merge-events.ts';

const event = (action: string, timeNano: string) =>
  `{"Type":"container","Action":"${action}","Actor":{"ID":"x","Attributes":{"name":"web"}},"timeNano":${timeNano}}\n`;

async function* chunks(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}

async function linesOf(merged: AsyncIterable<Buffer>): Promise<string[]> {
  let text = '';
  for await (const bytes of merged) text += bytes;
  return text.trim().split('\n');
}

test('events of all engines come in their order, as they were but for their engine', async (t) => {
  const { signal } = new AbortController();
  // Numbers of JavaScript tell these apart no more.
  const [first, second, third] = ['1764446400123456781', '1764446400123456782', '1764446400123456783'];
  const late = event('one', first);
  const lines = await linesOf(
    mergeEvents(
      [
        { engineId: 'a', bytes: chunks(event('two', second) + event('three', third)) },
        // It is the first, and comes behind the others.
        { engineId: 'b', bytes: chunks('\n', late.slice(0, 20), late.slice(20)) },
      ],
      signal,
    ),
  );
  const events = lines.map((line) => JSON.parse(line));
  t.deepEqual(
    events.map(({ Action, Actor }) => [Action, Actor.Attributes['node.name'], Actor.Attributes.name]),
    [
      ['one', 'b', 'web'],
      ['two', 'a', 'web'],
      ['three', 'a', 'web'],
    ],
  );
  t.true(lines[0]?.endsWith(`"timeNano":${first}}`));
});

test('an engine in the name of a container, and attributes that are empty, make no other event', async (t) => {
  const { signal } = new AbortController();
  const tricky = JSON.stringify({ from: '"Attributes":{"x"', Actor: { Attributes: {} }, timeNano: 1 });
  const [line = ''] = await linesOf(mergeEvents([{ engineId: 'a', bytes: chunks(`${tricky}\n`) }], signal));
  t.deepEqual(JSON.parse(line), {
    ...{ from: '"Attributes":{"x"', Actor: { Attributes: { 'node.name': 'a' } }, timeNano: 1 },
  });
});

test('an engine whose stream breaks off ends alone', async (t) => {
  const { signal } = new AbortController();
  async function* broken(): AsyncGenerator<Buffer> {
    yield Buffer.from(event('one', '1'));
    throw new Error('the engine is gone');
  }
  const streams = [
    { engineId: 'a', bytes: broken() },
    { engineId: 'b', bytes: chunks(event('two', '2')) },
  ];
  t.is((await linesOf(mergeEvents(streams, signal))).length, 2);
});

test('it ends when its reader is gone, although an engine says nothing', async (t) => {
  const gone = new AbortController();
  async function* silent(): AsyncGenerator<Buffer> {
    await new Promise(() => undefined);
    yield Buffer.alloc(0);
  }
  const merged = mergeEvents([{ engineId: 'a', bytes: silent() }], gone.signal);
  const next = merged.next();
  gone.abort();
  t.true((await next).done);
});
