import { constants } from 'node:os';
import type { EngineClient } from '../../engines/engine-client.ts';
import type { ContainerCheck } from '../../model/container.ts';
import { isSatsumaError } from '../../model/errors.ts';
import { readLogTail } from '../log-tail.ts';
import { type Failure, failed } from './finding.ts';

/** What is not held against a container. */
interface Allowance {
  /** Restarts of its engine's own. */
  readonly isSettled: boolean;
  /** That it does not run right now. */
  readonly mayComeBack: boolean;
}

/** What an engine has to say against one of its containers. Undefined: nothing. */
export async function engineVerdict(
  client: EngineClient,
  seen: ContainerCheck,
  containerId: string,
  { isSettled, mayComeBack }: Allowance,
): Promise<Failure | undefined> {
  const reason = whatIsWrong(seen, { isSettled, mayComeBack });
  return reason === undefined ? undefined : await failedWithLog(client, containerId, reason);
}

function whatIsWrong(seen: ContainerCheck, { isSettled, mayComeBack }: Allowance): string | undefined {
  if (!seen.isRunning) return mayComeBack ? undefined : howItEnded(seen);
  if (!isSettled && seen.restarts > 0) return `it ended, and was restarted ${seen.restarts} times`;
  return seen.health === 'unhealthy' ? 'its HEALTHCHECK says that it is unhealthy' : undefined;
}

/** A replica that failed is removed, and its log with it: the end of that is kept. */
export async function failedWithLog(client: EngineClient, containerId: string, reason: string): Promise<Failure> {
  // An engine that does not give the log is no reason to keep what failed.
  const log = await readLogTail(client, containerId).catch(ignoreNoAnswer);
  return { ...failed(reason), ...(log && { log }) };
}

export function ignoreNoAnswer(error: unknown): undefined {
  if (!isSatsumaError(error) || error.code === 'no_such_container') throw error;
}

/** What a shell, and Docker, add to the number of the signal that ended a process. */
const signalBase = 128;
const names = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/** `it ended with exit code 137 (SIGKILL)`, and that its memory ran out. */
function howItEnded({ exitCode, isOutOfMemory }: Pick<ContainerCheck, 'exitCode' | 'isOutOfMemory'>): string {
  const signal = exitCode > signalBase ? names.get(exitCode - signalBase) : undefined;
  const ended = `it ended with exit code ${exitCode}${signal === undefined ? '' : ` (${signal})`}`;
  return isOutOfMemory ? `${ended}: out of memory (OOMKilled)` : ended;
}
