import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One line that ava.reported.js writes. */
export interface AvaEvent {
  readonly type: string;
  readonly testFile?: string;
  readonly title?: string;
  readonly skip?: boolean;
  readonly todo?: boolean;
  /** Files that were running when a time-out ended them. */
  readonly pendingFiles?: readonly string[];
  readonly at?: number;
}

export interface FileReport {
  /** As AVA takes it: from the root of the project. */
  readonly file: string;
  readonly passed: number;
  /** Titles of tests, or what else went wrong. */
  readonly failures: readonly string[];
  readonly durationMs: number;
}

export interface AvaReport {
  readonly files: readonly FileReport[];
  /** What went wrong outside of any file. */
  readonly strayFailures: readonly string[];
  /** AVA said that it had ended. If it did not, nobody knows what is missing. */
  readonly isComplete: boolean;
}

interface Tally {
  passed: number;
  readonly failures: Set<string>;
  /** Selected, without a result so far. */
  readonly pending: Set<string>;
  hasTests: boolean;
  hasEnded: boolean;
  firstAt: number;
  lastAt: number;
}

/** Events that are a failure by themselves, each with its words. */
const faults: Readonly<Record<string, string>> = {
  'internal-error': 'an internal error of AVA',
  'missing-ava-import': 'the file does not import AVA',
  'process-exit': 'a test called process.exit()',
  'shared-worker-error': 'an error in a shared worker',
  'uncaught-exception': 'an uncaught exception',
  'unhandled-rejection': 'an unhandled rejection',
  'worker-failed': 'the process of the file crashed',
  interrupt: 'the run was interrupted',
};

/** Reads what ava.reported.js wrote. A last line that was cut off is left out: the report is then not complete. */
export function parseAvaEvents(text: string): AvaEvent[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as AvaEvent);
}

/** What became of each file, by AVA's own events, in a project of that folder. */
export function reportOf(events: Iterable<AvaEvent>, root = process.cwd()): AvaReport {
  const tallies = new Map<string, Tally>();
  const strayFailures: string[] = [];
  let isComplete = false;
  for (const event of events) {
    if (event.type === 'end') isComplete = true;
    for (const file of event.pendingFiles ?? []) {
      if (event.type === 'timeout') tallyOf(tallies, file, event.at).failures.add('timed out');
    }
    if (event.testFile !== undefined) count(tallyOf(tallies, event.testFile, event.at), event);
    else if (event.type in faults) strayFailures.push(faults[event.type] ?? event.type);
  }
  const files = [...tallies].map(([file, tally]) => fileReport(relative(root, file), tally));
  return { files, strayFailures, isComplete };
}

function tallyOf(tallies: Map<string, Tally>, testFile: string, at = 0): Tally {
  const file = testFile.startsWith('file:') ? fileURLToPath(testFile) : testFile;
  let tally = tallies.get(file);
  if (tally === undefined) {
    const empty = { passed: 0, hasTests: false, hasEnded: false };
    tally = { ...empty, failures: new Set(), pending: new Set(), firstAt: at, lastAt: at };
    tallies.set(file, tally);
  }
  tally.lastAt = at;
  return tally;
}

function count(tally: Tally, { type, title = '', skip, todo }: AvaEvent): void {
  const fault = faults[type];
  if (fault !== undefined) tally.failures.add(fault);
  switch (type) {
    case 'declared-test':
      tally.hasTests = true;
      break;
    case 'selected-test':
      if (skip) tally.failures.add(`skipped: ${title}`);
      else if (todo) tally.failures.add(`to do: ${title}`);
      else tally.pending.add(title);
      break;
    case 'test-passed':
      tally.passed += 1;
      tally.pending.delete(title);
      break;
    case 'test-failed':
    case 'hook-failed':
      tally.failures.add(title);
      tally.pending.delete(title);
      break;
    case 'worker-finished':
    case 'worker-failed':
      tally.hasEnded = true;
      break;
  }
}

function fileReport(file: string, tally: Tally): FileReport {
  const failures = [...tally.failures, ...[...tally.pending].map((title) => `not ended: ${title}`)];
  if (failures.length === 0 && !tally.hasEnded) failures.push('the file did not end');
  if (failures.length === 0 && !tally.hasTests) failures.push('no tests found');
  return { file, passed: tally.passed, failures, durationMs: tally.lastAt - tally.firstAt };
}
