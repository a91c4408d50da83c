import type { Finding } from '../../decisions/jobs/settle-run.ts';
import { isSatsumaError } from '../../model/errors.ts';
import { ResultInbox } from '../../runtime/result-inbox.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import type { Cluster } from '../../state/cluster.ts';
import { readLogTail } from '../log-tail.ts';

/** Probe intervals: of a container that is expected to end, and of a running one. */
const endingMs = 250;
const runningMs = 10_000;
/** Delay of the first probe: the container may have ended before its events were watched. */
const firstMs = 1_000;
/**
 * Delay after a probe without an answer. It doubles each time: while a start hangs, Docker blocks inspects of that
 * container.
 */
const silentMs = { shortest: 1_000, longest: 15_000 };
const atOnce = 32;

interface ProbeTarget {
  readonly engineId: string;
  readonly containerId: string;
  /** The container has ended, or is about to end. */
  readonly isEnding: boolean;
}

interface Probe {
  /** Undefined: no pass has scheduled the next probe yet. */
  dueAt: number | undefined;
  pauseMs: number;
  isRunning: boolean;
  /** The next delay, if the probe gets no answer. */
  silentMs: number;
}

/** Probes the containers of tasks for their exit code and the end of their log, while the containers exist. */
export class TaskProbes {
  readonly #cluster: Cluster;
  readonly #notify: () => void;
  readonly #semaphore = new Semaphore(atOnce);
  readonly #probes = new Map<string, Probe>();
  readonly #inbox = new ResultInbox<Finding>();

  /** `notify` is called when there are new results to `take`. */
  constructor(cluster: Cluster, notify: () => void) {
    this.#cluster = cluster;
    this.#notify = notify;
  }

  /** Returns the new findings by container id. Each is returned once. */
  take(): Map<string, Finding> {
    return this.#inbox.take();
  }

  /** Starts the probes that are due, and forgets containers that are not in `tasks`. `now`: on the monotonic clock. */
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
    // The attempt is recorded before the engine starts the container.
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
