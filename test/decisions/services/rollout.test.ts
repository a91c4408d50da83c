import test from 'ava';
import {
  advance,
  currentRollout,
  isDone,
  mustRollBack,
  type Progress,
} from '../../../src/decisions/services/rollout.ts';
import type { Rollout, ServiceRecord } from '../../../src/model/service.ts';
import { policy, serviceRecord, spec } from './views.ts';

const at = '2026-11-21T12:00:00.000Z';
const quiet: Progress = { isWhole: false, failures: [], now: at };
const whole: Progress = { ...quiet, isWhole: true };
const failing: Progress = { ...quiet, failures: ['it ended'] };

const first = serviceRecord();
const completed = advance(currentRollout(first, undefined, at), first, whole);
const second = serviceRecord({ generation: 2, template: 2, cause: 'update' });

/** What becomes of a rollout, change by change and pass by pass. */
function after(last: Rollout | undefined, ...steps: readonly (readonly [ServiceRecord, Progress])[]): Rollout {
  return steps.reduce<Rollout | undefined>(
    (before, [record, progress]) => advance(currentRollout(record, before, at), record, progress),
    last,
  ) as Rollout;
}

function withPolicy(record: ServiceRecord, update: Partial<typeof policy>): ServiceRecord {
  return { ...record, spec: { ...spec, update: { ...policy, ...update } } };
}

test('a rollout that is whole is completed, and what it brought is what one goes back to', (t) => {
  const { state, stable, finishedAt } = completed;
  t.deepEqual(
    { state, stable, finishedAt },
    {
      state: 'completed',
      stable: { generation: 1, template: 1 },
      finishedAt: at,
    },
  );
});

test('a first rollout that fails is not paused: there is nothing to save', (t) => {
  const { state, failures } = after(undefined, [first, failing], [first, failing]);
  t.deepEqual({ state, failures }, { state: 'updating', failures: 2 });
});

test('an update that fails once too often is paused, and says why', (t) => {
  const tolerant = withPolicy(second, { max_failure: 1 });
  const once = after(completed, [tolerant, failing]);
  t.is(once.state, 'updating');
  const { state, message, stable } = after(once, [tolerant, failing]);
  t.is(state, 'paused');
  t.is(message, '2 new replicas of generation 2 failed: it ended');
  t.deepEqual(stable, completed.stable);
});

test('failures after it was completed pause nothing', (t) => {
  t.deepEqual(after(completed, [first, failing]), completed);
});

test('a paused one is not completed by what stands in', (t) => {
  t.is(after(completed, [second, failing], [second, whole]).state, 'paused');
});

test('a resume forgives what failed until then', (t) => {
  const resumed = after(completed, [second, failing], [{ ...second, resumes: 1 }, quiet]);
  t.like(resumed, { state: 'updating', failures: 0, resumes: 1 });
  t.false('message' in resumed);
});

test('a resume from before does not forgive a failure that comes later', (t) => {
  const resumed = { ...second, resumes: 1 };
  const paused = after(completed, [second, quiet], [resumed, quiet], [resumed, failing]);
  t.is(paused.state, 'paused');
  t.is(after(paused, [resumed, quiet]).state, 'paused');
});

test('another template begins anew, and remembers what worked before', (t) => {
  const third = serviceRecord({ generation: 3, template: 3, cause: 'update' });
  const { state, failures, stable, template } = after(completed, [second, failing], [third, quiet]);
  t.deepEqual(
    { state, failures, stable, template },
    {
      ...{ state: 'updating', failures: 0, template: 3 },
      stable: { generation: 1, template: 1 },
    },
  );
});

test('a change without another template is no new rollout', (t) => {
  const scaled = serviceRecord({ generation: 2, cause: 'scale' });
  t.is(after(completed, [scaled, quiet]).state, 'completed');
});

test('what is gone back to is as it was last asked for, not as its template first was', (t) => {
  const scaled = serviceRecord({ generation: 2, cause: 'update' });
  const third = serviceRecord({ generation: 3, template: 3, cause: 'update' });
  const { stable } = after(completed, [scaled, quiet], [third, failing]);
  t.deepEqual(stable, { generation: 2, template: 1 });
});

const backed = serviceRecord({ generation: 3, template: 1, cause: 'automatic rollback' });

test('a rollback that is whole is no success, and keeps the reason', (t) => {
  const { state, message } = after(completed, [second, failing], [backed, quiet], [backed, whole]);
  t.is(state, 'rolled back');
  t.is(message, 'a new replica of generation 2 failed: it ended');
});

test('a rollback that was paused and goes on is still a rollback', (t) => {
  const resumed = { ...backed, resumes: 1 };
  const goesOn = after(completed, [second, failing], [backed, failing], [resumed, quiet]);
  t.is(goesOn.state, 'rolling back');
  t.is(after(goesOn, [resumed, whole]).state, 'rolled back');
});

const byItself = test.macro({
  exec(t, isDue: boolean, ...steps: readonly (readonly [ServiceRecord, Progress])[]) {
    const rolling = steps.map(
      ([record, progress]) => [withPolicy(record, { on_failure: 'rollback' }), progress] as const,
    );
    const last = rolling.at(-1)?.[0] ?? second;
    t.is(mustRollBack(after(completed, ...rolling), last), isDue);
  },
  title: (fact = '') => fact,
});

const scaledBack = { ...backed, generation: 4, cause: 'scale' } as const;
const byHand = { ...backed, template: 2, cause: 'rollback' } as const;
test('an update that failed goes back by itself', byItself, true, [second, failing]);
test('and so it does where it was scaled meanwhile', byItself, true, [{ ...second, cause: 'scale' }, failing]);
test('one that goes on does not', byItself, false, [second, quiet]);
test('a rollback that fails waits for a person', byItself, false, [second, failing], [backed, failing]);
test('be it scaled meanwhile', byItself, false, [second, failing], [backed, quiet], [scaledBack, failing]);
test('and so does one that a person asked for', byItself, false, [byHand, failing]);
test('where the policy says pause nothing goes back', (t) => {
  const paused = after(completed, [second, failing]);
  t.false(mustRollBack(paused, second));
  t.false(isDone(paused));
});
