import test from 'ava';
import { type EventFilters, eventFilter } from '../../src/cli/event-filter.ts';

const query = (...given: string[]) =>
  given
    .reduce<EventFilters>((filters, each) => eventFilter(each, filters), [])
    .map(([key, value]) => `${key}=${value}`)
    .join('&');

test("docker's keys of things are a kind and a name", (t) => {
  t.is(query('container=web'), 'kind=container&name=web');
  for (const kind of ['image', 'volume', 'network', 'secret', 'service', 'job'])
    t.is(query(`${kind}=x`), `kind=${kind}&name=x`);
  t.is(
    query('container=web', 'container=db', 'event=die'),
    'kind=container&name=web&kind=container&name=db&action=die',
  );
  t.is(query('type=container', 'type=volume', 'name=web'), 'kind=container&kind=volume&name=web');
});

for (const given of [
  ['container=web', 'volume=data'],
  ['container=web', 'type=volume'],
  ['type=volume', 'container=web'],
]) {
  test(`${given.join(' and ')} is refused: it would show more than was asked for`, (t) => {
    t.throws(() => query(...given), { message: /other kinds/ });
  });
}
