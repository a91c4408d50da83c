import test from 'ava';
import type { Placed } from '../../chaos/finding.ts';
import { wrongServices } from '../../chaos/services.ts';

const engine = { id: 'a', limits: {}, containers: [], reservations: [], sums: {} };

const container = (id: string, slot: string, { version = '1', state = 'running', service = 'front' } = {}): Placed => ({
  ...{ id, name: id, state, reservationId: id, claims: [], tag: undefined, engine },
  replica: { service, slot, version },
});

const judged = test.macro({
  exec(t, containers: readonly Placed[], kinds: readonly string[]) {
    const found = wrongServices(new Map([['front', { replicas: 2, version: 1 }]]), containers);
    t.deepEqual(
      found.map(({ kind }) => kind),
      kinds,
    );
  },
  title: (fact = '') => fact,
});

const [one, two] = [container('x', '1'), container('y', '2')];

test('each slot with one container of the version is as it should be', judged, [one, two], []);
test('slots may have any numbers', judged, [container('x', '3'), container('y', '6')], []);
test('none at all are two that are lost', judged, [], ['lost', 'lost']);
test('an empty slot is lost', judged, [one], ['lost']);
test('a slot with an older version only is lost', judged, [one, container('y', '2', { version: '0' })], ['lost']);
test('a container that ended fills no slot', judged, [one, container('y', '2', { state: 'exited' })], ['lost']);
test('two in one slot are doubled', judged, [one, two, container('z', '2')], ['doubled']);
test('more slots than there should be are doubled', judged, [one, two, container('z', '3')], ['doubled']);
test(
  'what is left of a service that was removed is leaked',
  judged,
  [one, two, container('z', '1', { service: 'old' })],
  ['leaked'],
);
