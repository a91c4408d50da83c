import { cpSync, rmSync } from 'node:fs';
import { type Check, type CheckOutcome, runCheck } from './run-check.ts';
import { isGood, judge, withoutBrokenGroups } from './verdict.ts';

/** Lines that are told again at the end, of each check that failed. */
const maximumComplaints = 200;

/** Compiles the tests and what they test into `.test`. */
export const types: Check = { name: 'types', command: ['tsc', '-p', 'tsconfig.test.json', '--pretty', 'false'] };

/** Runs every check in turn, each to its end, failed files once more by themselves, and prints one line that sums up. */
export async function runChecks(checks: readonly Check[]): Promise<void> {
  // What the compiler makes, and what it does not: a test that is gone must not be run from an earlier time.
  rmSync('.test', { recursive: true, force: true });
  for (const asset of ['package.json', 'src/store/redis/scripts']) cpSync(asset, `.test/${asset}`, { recursive: true });

  const outcomes: CheckOutcome[] = [];
  const brokenGroups: string[] = [];
  for (const check of checks) {
    process.stdout.write(`\n== ${check.name}\n`);
    const groups = check.writeGroups?.() ?? {};
    const { settled, broken } = withoutBrokenGroups(await runCheck(check));
    outcomes.push(settled);
    if (broken.length === 0) continue;
    brokenGroups.push(...broken.map(({ file, failures }) => `a group broke off: ${file} (${failures.join('; ')})`));
    process.stdout.write(
      `\n== each by itself, as their group broke off: ${broken.map(({ file }) => file).join(', ')}\n`,
    );
    outcomes.push(
      await runCheck(
        check,
        broken.flatMap(({ file }) => groups[file] ?? []),
      ),
    );
  }

  const complaints = outcomes.filter((outcome) => !isGood(outcome)).flatMap(complaintsOf);
  const summary = outcomes.map(({ name, seconds }) => `${name}: ${seconds} s\n`);
  const { passed, failed, flaky } = await judge(outcomes, async ({ check }, file) => {
    process.stdout.write(`\n== once more, by itself: ${file}\n`);
    const again = await runCheck(check, [file]);
    if (!isGood(again)) complaints.push(...complaintsOf(again));
    return again;
  });
  // Thousands of lines may be between what failed and the end, which is where one looks.
  process.stdout.write(
    [...complaints, '\n', ...summary, '\n', ...[...brokenGroups, ...flaky].map((line) => `${line}\n`)].join(''),
  );
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}

/** What a check says of its failures: AVA sums them up below its last line of tests, whatever else says it last. */
function complaintsOf({ name, output }: CheckOutcome): string[] {
  const lines = output.split('\n').slice(-maximumComplaints);
  const end = lines.findLastIndex((line) => /^\s*[✔✘]/.test(line));
  return [`\n== failed: ${name}\n`, ...lines.slice(end + 1).map((line) => `${line}\n`)];
}
