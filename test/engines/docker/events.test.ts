import test from 'ava';
import { readEvents } from '../../../src/engines/docker/events.ts';
import type { EngineEvent, SkippedEvent } from '../../../src/engines/engine-client.ts';

const id = 'f810083c6bfe'.padEnd(64, '0');
const started = {
  Type: 'container',
  Action: 'start',
  Actor: { ID: id, Attributes: { 'satsuma.reservation': 'r1' } },
  timeNano: 1_700_000_000.5 * 1e9,
};

async function eventsOf(...lines: unknown[]): Promise<(EngineEvent | SkippedEvent)[]> {
  const text = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
  const events: (EngineEvent | SkippedEvent)[] = [];
  const stream = (async function* () {
    yield Buffer.from(text);
  })();
  for await (const event of readEvents(stream)) events.push(event);
  return events;
}

test('an event is mapped, with the engine’s time', async (t) => {
  const at = '1700000000.500000';
  t.deepEqual(await eventsOf(started), [{ kind: 'container', action: 'start', id, at, reservationId: 'r1' }]);
});

test('a die event has the name, the image and the exit code', async (t) => {
  const how = (exitCode: unknown) => {
    const Attributes = { name: 'web', image: 'redis:7', exitCode };
    return eventsOf({ ...started, Action: 'die', Actor: { ID: id, Attributes } });
  };
  t.like(await how('137'), [{ action: 'die', name: 'web', image: 'redis:7', exitCode: 137 }]);
  for (const senseless of [137, '-1', '1e9', 'x', null]) {
    const [event] = await how(senseless);
    t.deepEqual(event && 'exitCode' in event, false, String(senseless));
  }
});

test('an image event has its name or digest', async (t) => {
  const events = await eventsOf({ ...started, Type: 'image', Action: 'pull', Actor: { ID: 'redis:7' } });
  t.like(events, [{ kind: 'image', id: 'redis:7' }]);
});

test('a volume event has its name, and only creations are received', async (t) => {
  const made = { ...started, Action: 'create', Actor: { ID: 'data', Attributes: { driver: 'local' } } };
  const events = await eventsOf(
    { ...made, Type: 'volume' },
    { ...started, Action: 'create' },
    { ...made, Type: 'image' },
  );
  t.like(events, [{ kind: 'volume', action: 'create', id: 'data' }]);
  t.is(events.length, 1);
});

test('invalid lines are skipped', async (t) => {
  const senseless: unknown[] = [
    '<html>',
    'null',
    '[]',
    '5',
    '"x"',
    { ...started, Actor: null },
    { ...started, Actor: { ID: '../../x' } },
    { ...started, Actor: { ID: 'x'.repeat(64) } },
    { ...started, Actor: { ID: id, Attributes: [] } },
    { ...started, Action: 5 },
    { ...started, Action: 'x'.repeat(10_000) },
    { ...started, Type: '__proto__' },
    // What would be asked for from then on, and is no time.
    ...['1', -1, 1e308, 0.5, null].map((timeNano) => ({ ...started, timeNano })),
  ];
  t.deepEqual((await eventsOf(...senseless, started)).length, 1);
});

test('an oversized event is skipped immediately, and later ones are received', async (t) => {
  const Attributes = { big: '"'.repeat(2 ** 20) };
  const events = await eventsOf(started, { ...started, Actor: { ID: id, Attributes } }, { ...started, Action: 'die' });
  t.deepEqual(
    events.map((event) => (event.kind === 'skipped' ? 'skipped' : event.action)),
    ['start', 'skipped', 'die'],
  );
});
