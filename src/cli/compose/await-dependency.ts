import type { Service } from '../../api/service.ts';
import type { Dependency } from '../../compose/desired.ts';
import type { ApiClient } from '../api-client.ts';
import { IncompleteOperation } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { judgeService } from '../judge-service.ts';
import { line } from '../line.ts';
import { poll, secondsUntil } from '../poll.ts';
import { jobPath, readRun } from '../wait-for-run.ts';
import { readService } from '../wait-for-service.ts';

export interface Waiting {
  readonly api: ApiClient;
  readonly io: Io;
  /** Writes a progress message. */
  readonly say: (text: string) => void;
  /** Deadline, in the time of `performance.now()`. */
  readonly endMs: number;
}

const words: Readonly<Record<Dependency['condition'], string>> = {
  service_started: 'started',
  service_healthy: 'healthy',
  service_completed_successfully: 'done',
};

/** Waits until a dependency of `who` meets its condition. Throws `NotDone` if it cannot, or not in time. */
export async function awaitDependency(
  waiting: Waiting,
  who: string,
  { name, condition }: Dependency,
  isJob: boolean,
): Promise<void> {
  const { io, say, endMs } = waiting;
  const check = isJob ? jobCheck(waiting, name, condition) : serviceCheck(waiting, name, condition);
  let isReported = false;
  const timeoutSeconds = secondsUntil(endMs);
  const goesOn = `${name} is not ${words[condition]} yet, and ${who} depends on it; run "satsuma compose up" again to continue`;
  await poll(io, { goesOn, timeoutSeconds }, async () => {
    if (await check()) return true;
    if (!isReported) say(line`${who}: waits until ${name} is ${words[condition]}`);
    isReported = true;
    return undefined;
  });
}

function serviceCheck({ api }: Waiting, name: string, condition: Dependency['condition']): () => Promise<boolean> {
  let generation: number | undefined;
  return async () => {
    const service = await readService(api, name);
    generation ??= service.generation;
    if (condition === 'service_started') return isStarted(service);
    if (
      service.status.wanted > 0 &&
      service.status.ready >= service.status.wanted &&
      service.status.state === 'running'
    )
      return true;
    const verdict = judgeService(service, generation);
    if (verdict.kind === 'failed') throw verdict.error;
    return verdict.kind === 'done';
  };
}

/** A container runs, or none is wanted. */
function isStarted({ status: { wanted, replicas } }: Service): boolean {
  return wanted === 0 || replicas.some(({ container }) => container !== null);
}

function jobCheck({ api }: Waiting, name: string, condition: Dependency['condition']): () => Promise<boolean> {
  return async () => {
    const { data } = await api('GET', jobPath(name));
    const { last_run: last } = data.status;
    if (!last) return false;
    if (condition === 'service_started' || last.state === 'succeeded') return true;
    if (last.state === 'running') return false;
    const { reason } = await readRun(api, name, last.run);
    throw new IncompleteOperation(
      1,
      `run ${last.run} of job ${name} ${last.state}${reason === undefined ? '' : `: ${reason}`}; "satsuma job ps ${name}" shows why`,
    );
  };
}
