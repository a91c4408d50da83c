import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that can be told from a later one that got the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from the machine's start to the process's, field 22 of `/proc/PID/stat`. */
  readonly startTicks: number;
}

/** Nothing where the process is gone. */
export function identify(pid: number): ProcessIdentity | undefined {
  const stat = statFields(pid);
  return stat === undefined ? undefined : { pid, startTicks: stat.startTicks };
}

export function isAlive({ pid, startTicks }: ProcessIdentity): boolean {
  const stat = statFields(pid);
  return stat !== undefined && stat.startTicks === startTicks && stat.state !== 'Z';
}

/**
 * Whether its parent has seen it end. Of a process with several threads the first may be dead (and so the process not
 * alive) while the others still hold its sockets.
 */
export function isGone({ pid, startTicks }: ProcessIdentity): boolean {
  return statFields(pid)?.startTicks !== startTicks;
}

/** Whether the process stands still after SIGSTOP. */
export function isStopped(pid: number): boolean {
  return statFields(pid)?.state === 'T';
}

/** The state and start of a process from its `/proc/PID/stat`. The name may hold spaces and parentheses. */
export function parseStat(stat: string): { state: string; startTicks: number } {
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: afterName[0] ?? '', startTicks: Number(afterName[19]) };
}

/** Every process whose arguments satisfy `matches`, by asking the kernel: nothing remembered can be out of date. */
export function findProcesses(matches: (args: readonly string[], pid: number) => boolean): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => matches(argumentsOf(pid), pid));
}

/** The pid namespace that a process is in, as text to compare. */
export function pidNamespaceOf(pid: number): string | undefined {
  return orUndefined(() => readlinkSync(`/proc/${pid}/ns/pid`));
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Looks again until `isTrue` says so; gives whether it did before the deadline. */
export async function waitUntil(
  isTrue: () => boolean | Promise<boolean>,
  timeoutMs: number,
  everyMs = 10,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!(await isTrue())) {
    if (performance.now() > deadline) return false;
    await sleep(everyMs);
  }
  return true;
}

function argumentsOf(pid: number): string[] {
  const text = orUndefined(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? '';
  return text.split('\0').slice(0, -1);
}

function statFields(pid: number): { state: string; startTicks: number } | undefined {
  const text = orUndefined(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return text === undefined ? undefined : parseStat(text);
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
