import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Identifies a process even if its pid is reused. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from the machine's start to the process's, field 22 of `/proc/PID/stat`. */
  readonly startTicks: number;
}

/** Undefined if the process is gone. */
export function identify(pid: number): ProcessIdentity | undefined {
  const stat = statFields(pid);
  return stat === undefined ? undefined : { pid, startTicks: stat.startTicks };
}

export function isAlive({ pid, startTicks }: ProcessIdentity): boolean {
  const stat = statFields(pid);
  return stat !== undefined && stat.startTicks === startTicks && stat.state !== 'Z';
}

/**
 * Whether the process was reaped. The first of several threads may be dead (so the process is not alive) while others
 * still hold its sockets.
 */
export function isGone({ pid, startTicks }: ProcessIdentity): boolean {
  return statFields(pid)?.startTicks !== startTicks;
}

/** Whether the process is stopped by SIGSTOP. */
export function isStopped(pid: number): boolean {
  return statFields(pid)?.state === 'T';
}

/** The state and start of a process from its `/proc/PID/stat`. The name may contain spaces and parentheses. */
export function parseStat(stat: string): { state: string; startTicks: number } {
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: afterName[0] ?? '', startTicks: Number(afterName[19]) };
}

/** All processes whose arguments satisfy `matches`, read from the kernel, so never outdated. */
export function findProcesses(matches: (args: readonly string[], pid: number) => boolean): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => matches(argumentsOf(pid), pid));
}

/** The pid namespace of a process, as text to compare. */
export function pidNamespaceOf(pid: number): string | undefined {
  return orUndefined(() => readlinkSync(`/proc/${pid}/ns/pid`));
}

/** Sends a signal; ignores a process that is gone. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Polls until `isTrue` returns true; returns whether it did before the deadline. */
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
