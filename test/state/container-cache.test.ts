import test from 'ava';
import type { ContainerSummary } from '../../src/model/container.ts';
import type { Reservation } from '../../src/model/reservation.ts';
import { ContainerCache } from '../../src/state/container-cache.ts';

const [one, two, three] = ['1', '2', '3'].map((digit) => `ab${digit.repeat(62)}`) as [string, string, string];

function summary(id: string, extra: Partial<ContainerSummary> = {}): ContainerSummary {
  const createdAt = '2026-01-01T00:00:00.000Z';
  return { id, name: `n${id[2]}`, imageName: 'i', state: 'running', labels: {}, ports: [], createdAt, ...extra };
}

function start() {
  let now = 1_000;
  const changed: string[] = [];
  const cache = new ContainerCache({ now: () => now }, (engineId, id) => changed.push(`${engineId}/${id[2]}`));
  const turn = (ms: number) => {
    now += ms;
    return now;
  };
  return { cache, changed, turn, now: () => now };
}

const names = (cache: ContainerCache, engineId = 'a') =>
  [...cache.on(engineId).values()].map((each) => each.summary.name);
const unpublished = (cache: ContainerCache, engineId = 'a') => [...cache.takeUnpublished(engineId, 100).keys()];

test('a list replaces an engine’s containers, and returns the changed ones', (t) => {
  const { cache, turn } = start();
  t.deepEqual(cache.replace('a', [summary(one), summary(two)], turn(1)), [one, two]);
  cache.replace('b', [summary(three)], turn(1));
  t.deepEqual(cache.replace('a', [summary(one), summary(two, { state: 'exited' })], turn(1)), [two]);
  t.deepEqual(cache.replace('a', [summary(two, { state: 'exited' })], turn(1)), [one]);
  t.deepEqual([names(cache), names(cache, 'b')], [['n2'], ['n3']]);
});

test('passing time is no change, and is not published', (t) => {
  const { cache, turn } = start();
  cache.replace('a', [summary(one, { status: 'Up 2 minutes' })], turn(1));
  t.deepEqual(unpublished(cache), [one]);
  t.deepEqual(cache.replace('a', [summary(one, { status: 'Up 7 minutes' })], turn(300_000)), []);
  t.deepEqual(unpublished(cache), []);
  t.deepEqual(
    cache.replace('a', [summary(one, { status: 'Up 1 second' })], turn(1_000)),
    [one],
    'it was started again',
  );
});

test('a list that was requested before a removal does not restore the container', (t) => {
  const { cache, turn, now } = start();
  cache.replace('a', [summary(one), summary(two)], turn(1));
  const asked = now();
  turn(5);
  cache.remove('a', one);
  cache.replace('a', [summary(one), summary(two)], asked);
  t.deepEqual(names(cache), ['n2']);
});

test('a list that was requested before a container appeared does not remove it', (t) => {
  const { cache, turn } = start();
  const asked = turn(1);
  cache.refresh('a', [one], [summary(one)], turn(5));
  cache.replace('a', [], asked);
  t.deepEqual(names(cache), ['n1']);
});

test('an answer about some containers does not affect the others', (t) => {
  const { cache, turn } = start();
  cache.replace('a', [summary(one), summary(two), summary(three)], turn(1));
  cache.refresh('a', [one, two], [summary(two, { name: 'renamed' })], turn(1));
  t.deepEqual(names(cache).sort(), ['n3', 'renamed']);
  t.deepEqual([cache.find('n2').length, cache.find('renamed').length, cache.find(one).length], [0, 1, 0]);
});

test('a container is found by id, name or id prefix, on any engine', (t) => {
  const { cache, turn } = start();
  cache.replace('a', [summary(one), summary(two)], turn(1));
  cache.replace('b', [summary(three, { name: 'n1' })], turn(1));
  const found = (reference: string) => cache.find(reference).map(({ summary: { id } }) => id);
  t.deepEqual(found(two), [two]);
  t.deepEqual(found('n1'), [one, three]);
  t.deepEqual(found('ab2'), [two]);
  t.deepEqual(found('a').sort(), [one, two, three]);
  t.deepEqual(found('c'), []);
});

test('a later observation of another server replaces the known one, an earlier one does not', (t) => {
  const { cache, turn, now } = start();
  const fact = (state: ContainerSummary['state'], at: number) => ({
    id: `a/${one}`,
    value: { engineId: 'a', observedAt: new Date(at).toISOString(), summary: summary(one, { state }) },
  });
  cache.apply(fact('running', turn(10)));
  cache.refresh('a', [one], [summary(one, { state: 'exited' })], turn(10));
  cache.apply(fact('paused', now() - 5));
  t.is(cache.get('a', one)?.summary.state, 'exited');
  t.deepEqual(unpublished(cache), [one], 'the store does not say so yet');
  cache.apply(fact('dead', turn(10)));
  t.is(cache.get('a', one)?.summary.state, 'dead');
  cache.apply({ id: `a/${one}` });
  t.is(cache.get('a', one), undefined);
});

test('after the clock was set back, new reports count', (t) => {
  const { cache, turn } = start();
  cache.replace('a', [summary(one)], turn(100_000));
  cache.replace('a', [summary(one, { state: 'exited' })], turn(-50_000));
  t.is(cache.get('a', one)?.summary.state, 'exited');
});

test('a container known only from its record exists until its engine reports it or the record is gone', (t) => {
  const { cache, turn, now } = start();
  const record = { engineId: 'a', containerId: one, name: 'web', image: { name: 'i' }, createdAt: '' };
  cache.presume(record as unknown as Parameters<ContainerCache['presume']>[0] & Reservation);
  t.is(cache.find('web')[0]?.summary.state, 'running');
  t.deepEqual(unpublished(cache), [], 'every server has the record');
  cache.replace('a', [], now() - 1);
  t.is(cache.find('web').length, 1, 'a list that was asked for before the container came does not take it away');
  cache.replace('a', [summary(one, { name: 'web', state: 'exited' })], turn(1));
  cache.presume(record as unknown as Parameters<ContainerCache['presume']>[0] & Reservation);
  t.is(cache.find('web')[0]?.summary.state, 'exited');
  cache.remove('a', one);
  t.deepEqual(cache.find('web'), []);
  cache.replace('a', [summary(one, { name: 'web', state: 'created' })], turn(1));
  const asked = turn(1);
  turn(1);
  cache.presume(record as unknown as Parameters<ContainerCache['presume']>[0] & Reservation);
  t.is(cache.find('web')[0]?.summary.state, 'running', 'it was listed between its creation and its start');
  t.is(cache.find('web')[0]?.confirmedAt, 0, 'no list tells where it is bound');
  cache.replace('a', [summary(one, { name: 'web', state: 'created' })], asked);
  t.is(cache.find('web')[0]?.summary.state, 'running', 'the list was asked for before');
});

test('an inspection is published once, and one that finds nothing removes the container', (t) => {
  const { cache, turn } = start();
  cache.replace('a', [summary(one)], turn(1));
  unpublished(cache);
  const detail = { id: one, hostname: 'h' } as never;
  cache.inspected('a', one, { detail });
  cache.inspected('a', one, { detail: { id: one, hostname: 'h' } as never });
  t.deepEqual(unpublished(cache), [one]);
  cache.inspected('a', one, { detail });
  t.deepEqual(unpublished(cache), []);
  cache.inspected('a', one, {});
  t.deepEqual(names(cache), []);
});

test('a store that lost its facts gets them again', (t) => {
  const { cache, turn } = start();
  cache.replace('a', [summary(one), summary(two)], turn(1));
  unpublished(cache);
  const value = { engineId: 'a', observedAt: new Date(turn(0)).toISOString(), summary: summary(one) };
  cache.renew([{ id: `a/${one}`, value }]);
  t.deepEqual(unpublished(cache), [two]);
});

test('the containers of an engine are in order, and put in order again when one of them changed', (t) => {
  const { cache, turn } = start();
  const sorted = () => cache.sorted('a').map(({ summary: { name } }) => name);
  t.deepEqual(sorted(), []);
  cache.replace('a', [summary(two), summary(one)], turn(1));
  t.deepEqual(sorted(), ['n1', 'n2']);
  t.is(cache.sorted('a'), cache.sorted('a'));
  cache.replace('a', [summary(two), summary(one, { name: 'z' })], turn(1));
  t.deepEqual(sorted(), ['n2', 'z']);
  cache.replace('a', [summary(three), summary(one, { name: 'z' })], turn(1));
  t.deepEqual(sorted(), ['n3', 'z']);
  cache.remove('a', three);
  t.deepEqual(sorted(), ['z']);
  cache.forget('a');
  t.deepEqual(sorted(), []);
});
