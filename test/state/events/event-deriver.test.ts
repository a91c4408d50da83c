import test from 'ava';
import { EventDeriver } from '../../../src/state/events/event-deriver.ts';

const at = '2026-01-01T00:00:00.000Z';

test('re-read changes produce no duplicate events, and unread ones are processed', (t) => {
  const deriver = new EventDeriver({ now: () => Date.parse(at) }, { epoch: 'x', version: 0 });
  const thing = (name: string, version: number) => {
    const value = { kind: 'volume', action: 'create', name, engine: 'a', at, attributes: {} } as const;
    const derived = deriver.derive({ kind: 'engine-thing', id: `thing-${name}`, version, value });
    return derived.map(({ event, id }) => `${event.name} ${id.version}.${id.change}`);
  };
  t.deepEqual([thing('one', 1), thing('two', 2)].flat(), ['one 1.0', 'two 2.0']);
  deriver.rewind();
  t.deepEqual(thing('one', 1), []);
  t.deepEqual(thing('two', 2), []);
  t.deepEqual(thing('three', 2), ['three 2.1']);
  deriver.rewind();
  t.deepEqual([thing('two', 2), thing('three', 2), thing('four', 3)].flat(), ['four 3.0']);
});
