import test from 'ava';
import { RequestJournal } from '../../chaos/request-journal.ts';
import { containerIdOf, run, runWithout } from './journal.ts';

test('what was acknowledged stands until somebody asks to destroy it', (t) => {
  const journal = new RequestJournal();
  journal.ran(run('a'));
  journal.ran(run('b'));
  journal.ran(runWithout('c', 422, 'unschedulable'));
  journal.willDestroy(containerIdOf('a'));
  t.deepEqual(
    journal.unharmed().map(({ tag }) => tag),
    ['b'],
  );
  t.false(journal.isUnharmed(containerIdOf('a')));
  t.true(journal.isUnharmed(containerIdOf('b')));
  t.is(journal.runs.length, 3);
});

test('what somebody asked to destroy does not stand again when its request is answered once more', (t) => {
  const journal = new RequestJournal();
  journal.ran(run('a'));
  journal.willDestroy(containerIdOf('a'));
  journal.ran(run('a'));
  t.deepEqual(journal.unharmed(), []);
});

test('answers are counted by what they said', (t) => {
  const journal = new RequestJournal();
  const answers = [
    [201, ''],
    [200, ''],
    [422, 'unschedulable'],
    [422, 'unschedulable'],
    [503, 'store_unavailable'],
    [0, 'ECONNREFUSED'],
  ] as const;
  for (const [status, code] of answers) journal.record({ status, code, body: {} });
  const { requests, acknowledged, refused, failed } = journal.figures();
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
