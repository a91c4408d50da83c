import type { Finding } from '../../decisions/jobs/settle-run.ts';
import { isSatsumaError } from '../../model/errors.ts';
import { ResultInbox } from '../../runtime/result-inbox.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import type { Cluster } from '../../state/cluster.ts';
import { readLogTail } from '../log-tail.ts';

/** Between two probes of a container that is known to end, and at one that is thought to run. */
const endingMs = 250;
const runningMs = 10_000;
/** The first probe of one that runs: it may have ended before anybody could be told. */
const firstMs = 1_000;
/** After a probe without an answer; longer each time, as a hanging start keeps inspections waiting. */
const silentMs = { shortest: 1_000, longest: 15_000 };
const atOnce = 32;

export interface ProbeTarget {
  readonly engineId: string;
  readonly containerId: string;
  /** There is reason to think that it ended, or is about to. */
  readonly isEnding: boolean;
}

interface Probe {
  /** Undefined: the last one was not followed by a pass yet. */
  dueAt: number | undefined;
  pauseMs: number;
  isRunning: boolean;
  /** How long the next pause is if there is no answer. */
  silentMs: number;
}

/** Finds out how containers of tasks ended: their exit code, and the end of what they wrote, while they are there. */
export class TaskProbes {
  readonly #cluster: Cluster;
  readonly #notify: () => void;
  readonly #semaphore = new Semaphore(atOnce);
  readonly #probes = new Map<string, Probe>();
  readonly #inbox = new ResultInbox<Finding>();

  /** `notify` is called when there is something to `take`. */
  constructor(cluster: Cluster, notify: () => void) {
    this.#cluster = cluster;
    this.#notify = notify;
  }

  /** What was found since, by the container's id; each once. */
  take(): Map<string, Finding> {
    return this.#inbox.take();
  }

  /** Begins the probes that are due, and forgets those of containers that are not asked about any more. `now`: on the monotonic clock. */
  begin(tasks: readonly ProbeTarget[], now: number): void {
    const present = new Set(tasks.map(({ containerId }) => containerId));
    for (const id of this.#probes.keys()) if (!present.has(id)) this.#probes.delete(id);
    for (const task of tasks) {
      const probe = this.#probes.get(task.containerId) ?? newProbe();
      this.#probes.set(task.containerId, probe);
      if (probe.isRunning) continue;
      probe.dueAt ??= now + probe.pauseMs;
      const isAnswering = probe.silentMs === silentMs.shortest;
      if (task.isEnding && isAnswering && probe.dueAt > now + endingMs) probe.dueAt = now;
      if (now < probe.dueAt) continue;
      probe.isRunning = true;
      void this.#semaphore.run(() => this.#probe(task, probe));
    }
  }

  async #probe(task: ProbeTarget, probe: Probe): Promise<void> {
    try {
      const finding = await this.#findOut(task);
      probe.pauseMs = task.isEnding ? endingMs : runningMs;
      probe.silentMs = silentMs.shortest;
      if (finding) this.#found(task.containerId, finding);
    } catch (error) {
      probe.pauseMs = probe.silentMs;
      probe.silentMs = Math.min(2 * probe.silentMs, silentMs.longest);
      const fields = { err: error, engineId: task.engineId, containerId: task.containerId };
      if (isSatsumaError(error, 'no_such_container')) this.#found(task.containerId, 'gone');
      else if (isSatsumaError(error)) this.#cluster.logger.debug(fields, 'task not probed yet');
      else this.#cluster.logger.error(fields, 'task not probed');
    } finally {
      probe.dueAt = undefined;
      probe.isRunning = false;
    }
  }

  async #findOut({ engineId, containerId }: ProbeTarget): Promise<Finding | undefined> {
    const { pool, cache } = this.#cluster;
    const client = pool.client(cache.engine(engineId).value);
    const { isRunning, wasStarted, exitCode } = await client.checkContainer(containerId);
    // Its record is written while the engine is about to start it.
    if (isRunning || !wasStarted) return undefined;
    return { exitCode, log: await readLogTail(client, containerId) };
  }

  #found(containerId: string, finding: Finding): void {
    this.#inbox.put(containerId, finding);
    this.#notify();
  }
}

function newProbe(): Probe {
  return { dueAt: undefined, pauseMs: firstMs, isRunning: false, silentMs: silentMs.shortest };
}
