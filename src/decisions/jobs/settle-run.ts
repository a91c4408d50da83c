import type { SatsumaError } from '../../model/errors.ts';
import type { AttemptEnd, JobRun, TaskAttempt } from '../../model/job.ts';
import { isFaultOfReplica, waitAfter, waitMs } from '../services/waits.ts';
import { failuresBySlot, outcomeOf, succeededSlots } from './run-state.ts';

/** What was found out about a container that ended. */
export type Finding =
  | { readonly exitCode: number; readonly log: string }
  /** Its engine does not know the container any more. */
  | 'gone';

/** One container of a run, as recorded in the ledger. */
export interface TaskView {
  /** The reservation's id. */
  readonly id: string;
  readonly slot: number;
  readonly attempt: number;
  readonly engineId: string;
  /** Undefined while it is being created. */
  readonly containerId: string | undefined;
  readonly isAtRest: boolean;
}

export interface Start {
  readonly slot: number;
  readonly attempt: number;
}

export interface FailedStart extends Start {
  readonly error: SatsumaError;
}

interface RunSituation {
  readonly run: JobRun;
  readonly tasks: readonly TaskView[];
  /** By container id. */
  readonly findings: ReadonlyMap<string, Finding>;
  readonly failedStarts: readonly FailedStart[];
  /** Slots for which a container is being started. */
  readonly starting: ReadonlySet<number>;
  /** Whether an engine was down for too long, or was removed. */
  readonly isLost: (engineId: string) => boolean;
  /** Another run has to end first. */
  readonly isHeldBack: boolean;
  /** In milliseconds since 1970, for timestamps in the record. */
  readonly now: number;
  /** This server's monotonic clock: now, and when this server first saw a timestamp of the run's record. */
  readonly steadyNow: number;
  readonly seenAt: (time: string) => number;
}

export interface SettledRun {
  /** To be written before any action. */
  readonly run: JobRun;
  readonly starts: readonly Start[];
}

const minBackoffMs = 1_000;
const maxBackoffMs = 60_000;

/**
 * Merges what happened to a run's containers into its record, and decides what is next. Level-triggered: the decision
 * depends on the current state only, so it can be repeated at any time. Pure.
 *
 * - A container that is bound, and whose start is over, becomes a recorded attempt. If its engine does not know it any
 * more, or is lost, the attempt has failed. A container that was never seen to start is no attempt: it is created
 * again.
 * - An attempt ends when its exit code is known; only then may its container be removed.
 * - A stop is marked before it happens, so that a new leader knows why the container ended.
 */
export function settleRun(situation: RunSituation): SettledRun {
  const { run, starting, now } = situation;
  const at = new Date(now).toISOString();
  const begun = [...run.attempts, ...newAttempts(situation, at)];
  const ended = begun.map((attempt) => (attempt.end ? attempt : endIfOver(attempt, situation, at)));
  const outcome = outcomeOf({ ...run, attempts: ended });
  const attempts = ended.map((attempt) => withStop(attempt, { ...run, attempts: ended }, situation));
  const settled = { ...run, attempts };
  const open = openSlots(settled, situation);
  if (outcome) {
    const isOver = open.size === 0 && starting.size === 0;
    return { run: { ...settled, waiting: {}, ...(isOver ? { endedAt: run.endedAt ?? at } : {}) }, starts: [] };
  }
  // A slot with a start in progress keeps waiting until it has a container.
  const waiting = waitingOf(settled, openSlots(settled, { ...situation, starting: new Set() }), situation);
  return { run: { ...settled, waiting }, starts: startsOf({ ...settled, waiting }, open, situation) };
}

function newAttempts({ run, tasks, failedStarts, starting, isLost }: RunSituation, at: string): TaskAttempt[] {
  const known = new Set(run.attempts.map(keyOf));
  const isNew = (each: Start) => !known.has(keyOf(each)) && known.add(keyOf(each));
  // A start in progress may still be undone and tried on another engine.
  const bound = tasks
    .filter((each) => each.containerId !== undefined && !starting.has(each.slot) && isNew(each))
    .map((each) => begin(each, at));
  const lost = tasks
    .filter(
      (each) => each.containerId === undefined && isLost(each.engineId) && !starting.has(each.slot) && isNew(each),
    )
    .map((each) => ({ ...begin(each, at), end: failed(lostReason, at) }));
  const failures = failedStarts
    // A start that reported failure but has a reservation did begin.
    .filter((each) => isFaultOfTask(each) && !tasks.some((task) => keyOf(task) === keyOf(each)) && isNew(each))
    .map(({ slot, attempt, error }) => ({ slot, attempt, startedAt: at, end: failed(error.message, at) }));
  return [...bound, ...lost, ...failures].sort((a, b) => a.slot - b.slot);
}

function begin({ slot, attempt, engineId, containerId }: TaskView, at: string): TaskAttempt {
  return { slot, attempt, startedAt: at, engineId, ...(containerId === undefined ? {} : { containerId }) };
}

const lostReason = 'its engine was lost';

/**
 * A start that timed out may have created a container. The reservation stays until its engine was checked, and it
 * counts as no attempt of its own.
 */
function isFaultOfTask({ error }: FailedStart): boolean {
  return isFaultOfReplica(error) && error.code !== 'engine_timeout' && error.code !== 'name_taken';
}

function endIfOver(attempt: TaskAttempt, { findings, isLost }: RunSituation, at: string): TaskAttempt {
  const { engineId = '', containerId = '' } = attempt;
  const finding = findings.get(containerId);
  if (finding === 'gone') return { ...attempt, end: withoutResult(attempt, 'its container was removed', at) };
  if (finding) return { ...attempt, end: endBy(finding, attempt, at) };
  return isLost(engineId) ? { ...attempt, end: withoutResult(attempt, lostReason, at) } : attempt;
}

function endBy({ exitCode, log }: Exclude<Finding, 'gone'>, { stop }: TaskAttempt, at: string): AttemptEnd {
  const found = { at, exitCode, hasLog: log !== '' };
  if (stop) return { ...found, state: stop.isKill ? 'failed' : 'cancelled', reason: stop.reason };
  if (exitCode === 0) return { ...found, state: 'succeeded' };
  return { ...found, state: 'failed', reason: `it ended with exit code ${exitCode}` };
}

function withoutResult({ stop }: TaskAttempt, reason: string, at: string): AttemptEnd {
  if (stop && !stop.isKill) return { at, state: 'cancelled', reason: stop.reason, hasLog: false };
  return failed(stop?.reason ?? reason, at);
}

function failed(reason: string, at: string): AttemptEnd {
  return { at, state: 'failed', reason, hasLog: false };
}

/** A container that has ended by itself is not stopped: its result is about to be read. */
function withStop(attempt: TaskAttempt, run: JobRun, { tasks, now, steadyNow, seenAt }: RunSituation): TaskAttempt {
  if (attempt.end || attempt.stop) return attempt;
  if (tasks.some(({ containerId, isAtRest }) => isAtRest && containerId === attempt.containerId)) return attempt;
  const outcome = outcomeOf(run);
  const at = new Date(now).toISOString();
  const { timeout } = run.spec;
  if (outcome) {
    const reason = run.cancel && outcome === 'cancelled' ? run.cancel.reason : 'another task of the run failed';
    return { ...attempt, stop: { at, reason, isKill: false } };
  }
  if (timeout === undefined || steadyNow < seenAt(attempt.startedAt) + timeout * 1000) return attempt;
  return { ...attempt, stop: { at, reason: `it ran for longer than ${timeout} s`, isKill: true } };
}

/** Slots that have, or are about to get, a container that counts. */
function openSlots({ attempts }: JobRun, { tasks, starting }: RunSituation): Set<number> {
  const ended = new Set(attempts.filter(({ end }) => end).map(keyOf));
  const open = [...attempts, ...tasks].filter((each) => !ended.has(keyOf(each)));
  return new Set([...open.map(({ slot }) => slot), ...starting]);
}

function waitingOf(run: JobRun, open: ReadonlySet<number>, { failedStarts, now }: RunSituation): JobRun['waiting'] {
  const done = succeededSlots(run.attempts);
  const known = new Set(run.attempts.map(keyOf));
  const kept = Object.entries(run.waiting).filter(([slot]) => !open.has(Number(slot)) && !done.has(Number(slot)));
  const waiting = Object.fromEntries(kept);
  for (const { slot, attempt, error } of failedStarts) {
    if (known.has(keyOf({ slot, attempt }))) delete waiting[slot];
    else waiting[slot] = waitAfter(run.waiting[slot], error, now);
  }
  return waiting;
}

function startsOf(run: JobRun, open: ReadonlySet<number>, { isHeldBack, steadyNow, seenAt }: RunSituation): Start[] {
  if (isHeldBack) return [];
  const { completions, parallelism } = run.spec;
  const done = succeededSlots(run.attempts);
  const failures = failuresBySlot(run.attempts);
  const last = new Map(run.attempts.map((each) => [each.slot, each]));
  const isWaiting = (slot: number) => {
    const wait = run.waiting[slot];
    return wait !== undefined && steadyNow < seenAt(wait.until) + waitMs(wait);
  };
  const backedOff = (slot: number) => {
    const end = last.get(slot)?.end;
    return !end || steadyNow >= seenAt(end.at) + backoffMs(failures.get(slot) ?? 0);
  };
  const slots = Array.from({ length: completions }, (_, index) => index + 1).filter(
    (slot) => !done.has(slot) && !open.has(slot),
  );
  // A slot that waits for room counts as running: there is no room for the other slots either.
  const room = parallelism - open.size - slots.filter(isWaiting).length;
  return slots
    .filter((slot) => !isWaiting(slot) && backedOff(slot))
    .slice(0, Math.max(0, room))
    .map((slot) => ({ slot, attempt: (last.get(slot)?.attempt ?? 0) + 1 }));
}

function backoffMs(failures: number): number {
  return failures === 0 ? 0 : Math.min(maxBackoffMs, minBackoffMs * 2 ** (failures - 1));
}

function keyOf({ slot, attempt }: Start): string {
  return `${slot}/${attempt}`;
}
