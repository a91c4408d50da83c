import { join, relative } from 'node:path';
import { isGroup, pathOf, splitGroupTitle } from './group-titles.ts';

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
  /** The group that it ran in. A group that ended is not in a report itself, only its files. */
  readonly group?: string;
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
  readonly group: string | undefined;
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
      if (event.type === 'timeout') tallyOf(tallies, pathOf(file)).failures.add('timed out');
    }
    if (event.testFile !== undefined) countOfFile(tallies, pathOf(event.testFile), event);
    else if (event.type in faults) strayFailures.push(faults[event.type] ?? event.type);
  }
  for (const tally of tallies.values()) {
    if (tally.group !== undefined) tally.hasEnded = tallies.get(tally.group)?.hasEnded ?? false;
  }
  const files = [...tallies].map(([file, tally]) => fileReport(file, tally, root));
  return {
    files: files.filter(({ file, failures }) => failures.length > 0 || !isGroup(file)),
    strayFailures,
    isComplete,
  };
}

/** A test of a group counts for its file, all else that happens to a group for the group. */
function countOfFile(tallies: Map<string, Tally>, testFile: string, event: AvaEvent): void {
  if (!isGroup(testFile) || event.title === undefined) {
    count(tallyOf(tallies, testFile), event);
    return;
  }
  const { fileName, title } = splitGroupTitle(event.title);
  const file = join(testFile, '../../test', `${fileName}.test.js`);
  tallyOf(tallies, testFile).hasTests = true;
  count(tallyOf(tallies, file, testFile), { ...event, title });
}

function tallyOf(tallies: Map<string, Tally>, file: string, group?: string): Tally {
  let tally = tallies.get(file);
  if (tally === undefined) {
    tally = { passed: 0, hasTests: false, hasEnded: false, failures: new Set(), pending: new Set(), group };
    tallies.set(file, tally);
  }
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

function fileReport(path: string, tally: Tally, root: string): FileReport {
  const { passed, pending, hasEnded, hasTests, group } = tally;
  const file = relative(root, path);
  const failures = [...tally.failures, ...[...pending].map((title) => `not ended: ${title}`)];
  if (failures.length === 0 && !hasEnded) failures.push('the file did not end');
  if (failures.length === 0 && !hasTests) failures.push('no tests found');
  return { file, passed, failures, ...(group !== undefined && { group: relative(root, group) }) };
}
