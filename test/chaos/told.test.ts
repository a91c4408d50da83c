import test from 'ava';
import { Told } from '../../chaos/told.ts';
import { containerIdOf, run, runWithout } from './books.ts';

test('what was acknowledged stands until somebody asks to destroy it', (t) => {
  const told = new Told();
  told.ran(run('a'));
  told.ran(run('b'));
  told.ran(runWithout('c', 422, 'unschedulable'));
  told.willDestroy(containerIdOf('a'));
  t.deepEqual(
    told.standing().map(({ tag }) => tag),
    ['b'],
  );
  t.false(told.isStanding(containerIdOf('a')));
  t.true(told.isStanding(containerIdOf('b')));
  t.is(told.runs.length, 3);
});

test('what somebody asked to destroy does not stand again when its request is answered once more', (t) => {
  const told = new Told();
  told.ran(run('a'));
  told.willDestroy(containerIdOf('a'));
  told.ran(run('a'));
  t.deepEqual(told.standing(), []);
});

test('answers are counted by what they said', (t) => {
  const told = new Told();
  const answers = [
    [201, ''],
    [200, ''],
    [422, 'unschedulable'],
    [422, 'unschedulable'],
    [503, 'store_unavailable'],
    [0, 'ECONNREFUSED'],
  ] as const;
  for (const [status, code] of answers) told.hear({ status, code, body: {} });
  const { requests, acknowledged, refused, failed } = told.figures();
  t.is(requests, 6);
  t.is(acknowledged, 2);
  t.deepEqual(
    [...refused],
    [
      ['unschedulable', 2],
      ['store_unavailable', 1],
    ],
  );
  t.deepEqual([...failed], [['ECONNREFUSED', 1]]);
});
