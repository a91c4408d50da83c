import type { AvaReport, FileReport } from './ava-report.ts';
import { isGroup } from './group-titles.ts';

/** What a program of `npm test` did. */
export interface Outcome {
  readonly name: string;
  readonly code: number | null;
  /** Of AVA's runs only. */
  readonly report?: AvaReport | undefined;
}

export interface Verdict {
  readonly passed: number;
  readonly failed: number;
  /** One line for each file that failed beside others and passed by itself. */
  readonly flaky: readonly string[];
}

/** Runs one file of a check, and nothing beside it. */
export type RunAlone<T extends Outcome> = (outcome: T, file: string) => Promise<Outcome>;

/** Of six hundred files. More that fail are no accident of one run, and would take too long one after the other. */
export const maximumRetries = 10;

/** Counts what passed and failed. A file of tests that failed gets one more run by itself, which counts in its place. */
export async function judge<T extends Outcome>(outcomes: readonly T[], runAlone: RunAlone<T>): Promise<Verdict> {
  const mayRetry = outcomes.flatMap(filesOf).filter(hasFailed).length <= maximumRetries;
  let passed = 0;
  let failed = 0;
  const flaky: string[] = [];
  for (const outcome of outcomes) {
    failed += countStrayFailures(outcome);
    if (outcome.report === undefined && outcome.code === 0) passed += 1;
    for (const first of filesOf(outcome)) {
      const alone =
        mayRetry && hasFailed(first) ? passedAlone(await runAlone(outcome, first.file), first.file) : undefined;
      if (alone !== undefined) flaky.push(`flaky: ${sourceOf(first.file)} (${first.failures.join('; ')})`);
      passed += (alone ?? first).passed;
      failed += (alone ?? first).failures.length;
    }
  }
  return { passed, failed, flaky };
}

/**
 * Takes the groups that broke off out of an outcome: what else ran in a process that crashed or hung says nothing, and
 * nobody knows which of its files it was.
 */
export function withoutBrokenGroups<T extends Outcome>(outcome: T): { settled: T; broken: readonly FileReport[] } {
  const broken = filesOf(outcome).filter(({ file }) => isGroup(file));
  if (outcome.report === undefined || broken.length === 0) return { settled: outcome, broken };
  const names = new Set(broken.map(({ file }) => file));
  const files = outcome.report.files.filter(({ file, group }) => !names.has(file) && !names.has(group ?? ''));
  const isExplained = outcome.code === 1 && !files.some(hasFailed);
  const settled = { ...outcome, code: isExplained ? 0 : outcome.code, report: { ...outcome.report, files } };
  return { settled, broken };
}

/** Nothing failed, and AVA's events, where there are any, account for all of it. */
export function isGood(outcome: Outcome): boolean {
  return outcome.code === 0 && countStrayFailures(outcome) === 0 && !filesOf(outcome).some(hasFailed);
}

/** `.test/test/x.test.js` is what the compiler made of `test/x.test.ts`. */
export function sourceOf(file: string): string {
  return file.replace(/^\.test\/(.*)\.js$/, '$1.ts');
}

/** Failures that another run of some files would not make good. */
function countStrayFailures({ code, report }: Outcome): number {
  if (report === undefined) return Number(code !== 0);
  const strays = report.strayFailures.length + Number(!report.isComplete);
  if (strays > 0) return strays;
  return Number(code === 0 ? report.files.length === 0 : !report.files.some(hasFailed));
}

function passedAlone(again: Outcome, file: string): FileReport | undefined {
  return isGood(again) ? filesOf(again).find((report) => report.file === file) : undefined;
}

function filesOf({ report }: Outcome): readonly FileReport[] {
  return report?.files ?? [];
}

function hasFailed({ failures }: FileReport): boolean {
  return failures.length > 0;
}
