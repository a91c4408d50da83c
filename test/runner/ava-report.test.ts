import { resolve } from 'node:path';
import test from 'ava';
import { type AvaEvent, type FileReport, parseAvaEvents, reportOf } from './ava-report.ts';

const a = resolve('test/a.test.ts');
const b = resolve('test/b.test.ts');

/** The events of a file with these tests, each with how it ended. */
function fileEvents(testFile: string, tests: Readonly<Record<string, string>>, end = 'worker-finished'): AvaEvent[] {
  const titles = Object.keys(tests);
  return [
    { type: 'starting', testFile, at: 1_000 },
    ...titles.map((title) => ({ type: 'declared-test', testFile, title })),
    ...titles.map((title) => ({ type: 'selected-test', testFile, title })),
    ...titles.flatMap((title) => (tests[title] ? [{ type: tests[title], testFile, title }] : [])),
    { type: end, testFile, at: 4_000 },
  ];
}

function failuresOf(events: readonly AvaEvent[]): Record<string, readonly string[]> {
  const { files } = reportOf(events);
  return Object.fromEntries(files.map(({ file, failures }: FileReport) => [file, failures]));
}

test('a file has its tests that passed, and those that failed', (t) => {
  const events = [
    ...fileEvents(a, { one: 'test-passed', two: 'test-failed', three: 'test-passed' }),
    ...fileEvents(b, { one: 'test-passed' }),
    { type: 'end' },
  ];
  t.deepEqual(reportOf(events), {
    files: [
      { file: 'test/a.test.ts', passed: 2, failures: ['two'] },
      { file: 'test/b.test.ts', passed: 1, failures: [] },
    ],
    strayFailures: [],
    isComplete: true,
  });
});

test('a file that crashed has failed, with the tests that had not ended', (t) => {
  const events = fileEvents(a, { one: 'test-passed', two: '' }, 'worker-failed');
  t.deepEqual(failuresOf(events), { 'test/a.test.ts': ['the process of the file crashed', 'not ended: two'] });
});

test('every file that a time-out ended has failed', (t) => {
  const events = [
    ...fileEvents(b, { one: 'test-passed' }),
    { type: 'timeout', pendingFiles: [a, b] },
    ...fileEvents(a, { one: '' }),
  ];
  t.deepEqual(failuresOf(events), {
    'test/a.test.ts': ['timed out', 'not ended: one'],
    'test/b.test.ts': ['timed out'],
  });
});

test('errors outside of a test, a skipped test and a file without tests are failures', (t) => {
  const passing = fileEvents(a, { one: 'test-passed' });
  t.deepEqual(failuresOf([...passing, { type: 'unhandled-rejection', testFile: a }]), {
    'test/a.test.ts': ['an unhandled rejection'],
  });
  t.deepEqual(failuresOf([...passing, { type: 'selected-test', testFile: a, title: 'two', skip: true }]), {
    'test/a.test.ts': ['skipped: two'],
  });
  t.deepEqual(failuresOf(fileEvents(a, {})), { 'test/a.test.ts': ['no tests found'] });
  t.deepEqual(failuresOf(passing.slice(0, -1)), { 'test/a.test.ts': ['the file did not end'] });
});

test('an error of no file, and a run without its end, are told', (t) => {
  const { strayFailures, isComplete } = reportOf([{ type: 'internal-error' }]);
  t.deepEqual(strayFailures, ['an internal error of AVA']);
  t.false(isComplete);
});

test('a line that was not written to its end is left out', (t) => {
  t.deepEqual(parseAvaEvents('{"type":"end"}\n{"type":"sta'), [{ type: 'end' }]);
  t.deepEqual(parseAvaEvents(''), []);
});
