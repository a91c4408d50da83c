import test from 'ava';
import type { AvaReport } from './ava-report.ts';
import { isGood, judge, maximumRetries, type Outcome } from './verdict.ts';

/** A run of AVA: the failures of each file, of which each has two tests that pass as well. */
function run(files: Readonly<Record<string, readonly string[]>>, more: Partial<AvaReport> = {}): Outcome {
  const reports = Object.entries(files).map(([file, failures]) => ({ file, passed: 2, failures }));
  const code = reports.some(({ failures }) => failures.length > 0) ? 1 : 0;
  return { name: 'tests', code, report: { files: reports, strayFailures: [], isComplete: true, ...more } };
}

const lint: Outcome = { name: 'lint', code: 0 };

/** Answers each second run by the name of its file, and remembers what was asked. */
function second(answers: Readonly<Record<string, Outcome>>) {
  const asked: string[] = [];
  const runAlone = async (_outcome: Outcome, file: string): Promise<Outcome> => {
    asked.push(file);
    return answers[file] ?? run({ [file]: [] });
  };
  return { asked, runAlone };
}

test('nothing is run twice where nothing failed', async (t) => {
  const { asked, runAlone } = second({});
  t.deepEqual(await judge([lint, run({ 'a.test.ts': [], 'b.test.ts': [] })], runAlone), {
    passed: 5,
    failed: 0,
    flaky: [],
  });
  t.deepEqual(asked, []);
});

test('a file that passes by itself is named as flaky, by its source, and the run passes', async (t) => {
  const file = '.test/test/x.test.js';
  const { asked, runAlone } = second({});
  const verdict = await judge([run({ [file]: ['one', 'two'], '.test/test/y.test.js': [] })], runAlone);
  t.deepEqual(asked, [file]);
  t.deepEqual(verdict, { passed: 4, failed: 0, flaky: ['flaky: test/x.test.ts (one; two)'] });
});

test('a file that fails again fails the run', async (t) => {
  const { runAlone } = second({ 'a.test.ts': run({ 'a.test.ts': ['one'] }) });
  t.deepEqual(await judge([run({ 'a.test.ts': ['one'], 'b.test.ts': ['two'] })], runAlone), {
    passed: 4,
    failed: 1,
    flaky: ['flaky: b.test.ts (two)'],
  });
});

test('a second run that proves nothing fails the run', async (t) => {
  const first = run({ 'a.test.ts': ['one'] });
  const proofless: Readonly<Record<string, Outcome>> = {
    'no file': run({}),
    'another file': run({ 'b.test.ts': [] }),
    'no end': run({ 'a.test.ts': [] }, { isComplete: false }),
    'an error of no file': run({ 'a.test.ts': [] }, { strayFailures: ['an internal error of AVA'] }),
    'an exit code': { ...run({ 'a.test.ts': [] }), code: 1 },
    'no report': { name: 'tests', code: 0 },
  };
  for (const [title, again] of Object.entries(proofless)) {
    const { failed, flaky } = await judge([first], async () => again);
    t.deepEqual({ failed, flaky }, { failed: 1, flaky: [] }, title);
  }
});

test('more failing files than a flake explains are not run again', async (t) => {
  const names = Array.from({ length: maximumRetries + 1 }, (_, index) => `${index}.test.ts`);
  const [left = '', ...others] = names;
  const { asked, runAlone } = second({});
  const outcomes = [run({ [left]: ['one'] }), run(Object.fromEntries(others.map((name) => [name, ['one']])))];
  t.is((await judge(outcomes, runAlone)).failed, maximumRetries + 1);
  t.deepEqual(asked, []);
  t.is((await judge(outcomes.slice(1), runAlone)).failed, 0);
  t.deepEqual(asked, others);
});

test('what no file explains fails the run', async (t) => {
  const { asked, runAlone } = second({});
  const unexplained: Readonly<Record<string, Outcome>> = {
    'a program that is no run of tests': { ...lint, code: 1 },
    'a program that was killed': { ...lint, code: null },
    'AVA without a file': run({}),
    'AVA broken off': run({ 'a.test.ts': [] }, { isComplete: false }),
    'an error of no file': run({ 'a.test.ts': [] }, { strayFailures: ['an internal error of AVA'] }),
    'an exit code alone': { ...run({ 'a.test.ts': [] }), code: 1 },
  };
  for (const [title, outcome] of Object.entries(unexplained)) {
    t.is((await judge([lint, outcome], runAlone)).failed, 1, title);
    t.false(isGood(outcome), title);
  }
  t.deepEqual(asked, []);
  t.true(isGood(lint) && isGood(run({ 'a.test.ts': [] })));
});
