import type { Finding } from '../../decisions/jobs/settle-run.ts';
import { isSatsumaError } from '../../model/errors.ts';
import { ResultInbox } from '../../runtime/result-inbox.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import type { Cluster } from '../../state/cluster.ts';
import { readLogTail } from '../log-tail.ts';

/** Between two looks at a container that is known to end, and at one that is thought to run. */
const endingMs = 250;
const runningMs = 10_000;
/** The first look at one that runs: it may have ended before anybody could be told. */
const firstMs = 1_000;
/** After a look without an answer; longer each time, as a hanging start keeps inspections waiting. */
const silentMs = { shortest: 1_000, longest: 15_000 };
const atOnce = 32;

export interface LookedAt {
  readonly engineId: string;
  readonly containerId: string;
  /** There is reason to think that it ended, or is about to. */
  readonly isEnding: boolean;
}

interface Look {
  /** Undefined: the last one was not followed by a pass yet. */
  dueAt: number | undefined;
  pauseMs: number;
  isRunning: boolean;
  /** How long the next pause is if there is no answer. */
  silentMs: number;
}

/** Finds out how containers of tasks ended: their exit code, and the end of what they wrote, while they are there. */
export class TaskLooks {
  readonly #cluster: Cluster;
  readonly #tell: () => void;
  readonly #semaphore = new Semaphore(atOnce);
  readonly #looks = new Map<string, Look>();
  readonly #inbox = new ResultInbox<Finding>();

  /** `tell` is called when there is something to `take`. */
  constructor(cluster: Cluster, tell: () => void) {
    this.#cluster = cluster;
    this.#tell = tell;
  }

  /** What was found since, by the container's id; each once. */
  take(): Map<string, Finding> {
    return this.#inbox.take();
  }

  /** Begins the looks that are due, and forgets those at containers that are not asked about any more. `now`: on the monotonic clock. */
  begin(tasks: readonly LookedAt[], now: number): void {
    const present = new Set(tasks.map(({ containerId }) => containerId));
    for (const id of this.#looks.keys()) if (!present.has(id)) this.#looks.delete(id);
    for (const task of tasks) {
      const look = this.#looks.get(task.containerId) ?? newLook();
      this.#looks.set(task.containerId, look);
      if (look.isRunning) continue;
      look.dueAt ??= now + look.pauseMs;
      const isAnswering = look.silentMs === silentMs.shortest;
      if (task.isEnding && isAnswering && look.dueAt > now + endingMs) look.dueAt = now;
      if (now < look.dueAt) continue;
      look.isRunning = true;
      void this.#semaphore.run(() => this.#look(task, look));
    }
  }

  async #look(task: LookedAt, look: Look): Promise<void> {
    try {
      const finding = await this.#findOut(task);
      look.pauseMs = task.isEnding ? endingMs : runningMs;
      look.silentMs = silentMs.shortest;
      if (finding) this.#found(task.containerId, finding);
    } catch (error) {
      look.pauseMs = look.silentMs;
      look.silentMs = Math.min(2 * look.silentMs, silentMs.longest);
      const fields = { err: error, engineId: task.engineId, containerId: task.containerId };
      if (isSatsumaError(error, 'no_such_container')) this.#found(task.containerId, 'gone');
      else if (isSatsumaError(error)) this.#cluster.logger.debug(fields, 'task not looked at yet');
      else this.#cluster.logger.error(fields, 'task not looked at');
    } finally {
      look.dueAt = undefined;
      look.isRunning = false;
    }
  }

  async #findOut({ engineId, containerId }: LookedAt): Promise<Finding | undefined> {
    const { pool, cache } = this.#cluster;
    const client = pool.client(cache.engine(engineId).value);
    const { isRunning, wasStarted, exitCode } = await client.checkContainer(containerId);
    // Its record is written while the engine is about to start it.
    if (isRunning || !wasStarted) return undefined;
    return { exitCode, log: await readLogTail(client, containerId) };
  }

  #found(containerId: string, finding: Finding): void {
    this.#inbox.put(containerId, finding);
    this.#tell();
  }
}

function newLook(): Look {
  return { dueAt: undefined, pauseMs: firstMs, isRunning: false, silentMs: silentMs.shortest };
}
