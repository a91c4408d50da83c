import { constants } from 'node:os';
import type { EngineClient } from '../../engines/engine-client.ts';
import type { ContainerCheck } from '../../model/container.ts';
import { isSatsumaError } from '../../model/errors.ts';
import { readLogTail } from '../log-tail.ts';
import { type Failure, failed } from './finding.ts';

/** Conditions that are not counted as failures. */
interface Allowance {
  /** Restarts by its engine. */
  readonly isSettled: boolean;
  /** The container does not run right now. */
  readonly mayRestart: boolean;
}

/** Returns the failure of a container by what its engine reports. Undefined: none. */
export async function engineVerdict(
  client: EngineClient,
  seen: ContainerCheck,
  containerId: string,
  { isSettled, mayRestart }: Allowance,
): Promise<Failure | undefined> {
  const reason = failureReason(seen, { isSettled, mayRestart });
  return reason === undefined ? undefined : await failedWithLog(client, containerId, reason);
}

function failureReason(seen: ContainerCheck, { isSettled, mayRestart }: Allowance): string | undefined {
  if (!seen.isRunning) return mayRestart ? undefined : describeExit(seen);
  if (!isSettled && seen.restarts > 0) return `it ended, and was restarted ${seen.restarts} times`;
  return seen.health === 'unhealthy' ? 'its HEALTHCHECK says that it is unhealthy' : undefined;
}

/** A failed replica is removed together with its log, so the end of the log is kept. */
export async function failedWithLog(client: EngineClient, containerId: string, reason: string): Promise<Failure> {
  // A failed replica is removed even if its log cannot be read.
  const log = await readLogTail(client, containerId).catch(ignoreNoAnswer);
  return { ...failed(reason), ...(log && { log }) };
}

export function ignoreNoAnswer(error: unknown): undefined {
  if (!isSatsumaError(error) || error.code === 'no_such_container') throw error;
}

/** Shells and Docker report death by a signal as 128 plus its number. */
const signalBase = 128;
const names = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/** `it ended with exit code 137 (SIGKILL)`; also says when it ran out of memory. */
function describeExit({ exitCode, isOutOfMemory }: Pick<ContainerCheck, 'exitCode' | 'isOutOfMemory'>): string {
  const signal = exitCode > signalBase ? names.get(exitCode - signalBase) : undefined;
  const ended = `it ended with exit code ${exitCode}${signal === undefined ? '' : ` (${signal})`}`;
  return isOutOfMemory ? `${ended}: out of memory (OOMKilled)` : ended;
}
