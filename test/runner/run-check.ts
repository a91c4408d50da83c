import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type AvaReport, parseAvaEvents, reportOf } from './ava-report.ts';
import type { TestGroups } from './test-groups.ts';
import type { Outcome } from './verdict.ts';

type Command = readonly [string, ...string[]];

/** One program of `npm test`. */
export interface Check {
  readonly name: string;
  readonly command: Command;
  /** Writes the groups of test files that AVA is to run, once the tests are compiled. */
  readonly writeGroups?: () => TestGroups;
  /** Runs files by themselves, if `command` does not know them. */
  readonly commandForFiles?: Command;
  /** A folder for its files, other than the system's. */
  readonly tmpDir?: string;
  /** Beside the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** The project, if it is not this one. */
  readonly root?: string;
}

export interface CheckOutcome extends Outcome {
  readonly check: Check;
  readonly output: string;
  readonly seconds: number;
}

/** Prints what the program prints. */
export type Print = (chunk: Buffer) => void;

const print: Print = (chunk) => process.stdout.write(chunk);

/** Runs the program to its end, of AVA only those files if any are given, and reads AVA's events. */
export async function runCheck(check: Check, files: readonly string[] = [], reported = print): Promise<CheckOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'satsuma-check-'));
  const events = join(folder, 'events.jsonl');
  const start = performance.now();
  try {
    const { code, output } = await run(check, files, events, reported);
    const seconds = Math.round((performance.now() - start) / 1000);
    return { name: check.name, check, code, output, seconds, report: readReport(check, events) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A folder that is no disk, where there is one with room. */
export function inMemory(): string {
  const shared = '/dev/shm';
  if (!existsSync(shared)) return tmpdir();
  const { bavail, bsize } = statfsSync(shared);
  return bavail * bsize > 2 ** 30 ? shared : tmpdir();
}

function run(
  { command, commandForFiles = command, tmpDir = tmpdir(), env = {}, root = process.cwd() }: Check,
  files: readonly string[],
  events: string,
  reported: Print,
): Promise<{ code: number | null; output: string }> {
  return new Promise((done, reject) => {
    const [program, ...args] = files.length > 0 ? commandForFiles : command;
    const child = spawn(resolve('node_modules/.bin', program), [...args, ...files], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...env, NO_COLOR: '1', TMPDIR: tmpDir, SATSUMA_TEST_EVENTS: events },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk;
      reported(chunk);
    });
    child.on('error', reject);
    child.on('close', (code) => done({ code, output }));
  });
}

/** AVA that wrote nothing broke off before its first file: its report is empty, which is a failure. */
function readReport({ command: [program], root }: Check, events: string): AvaReport | undefined {
  if (program !== 'ava') return undefined;
  return reportOf(existsSync(events) ? parseAvaEvents(readFileSync(events, 'utf8')) : [], root);
}
