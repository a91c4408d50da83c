import { setTimeout as pause } from 'node:timers/promises';
import { type ContainerUsage, cpuPercent, type UsageSample } from '../../model/container-usage.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import type { Cluster } from '../../state/cluster.ts';

/** Whoever asks again within this time gets the same answer. */
const freshMs = 900;
/** Two samples that are further apart say nothing about now. */
const apartMs = 15_000;
/** Between the first two samples of a container. */
const firstPauseMs = 1_000;
/** What nobody asked for since is forgotten. */
const forgetMs = 60_000;
/** Samples that an engine makes at a time. */
const atOnce = 16;

interface Kept {
  readonly sample: UsageSample;
  readonly usage: ContainerUsage | undefined;
  readonly takenMs: number;
}

/**
 * What containers use. Each is asked for at most once a second, however many readers there are, and only while somebody
 * reads: there is no loop.
 */
export class UsageSampler {
  readonly #pool: Cluster['pool'];
  readonly #kept = new Map<string, Kept>();
  readonly #running = new Map<string, Promise<ContainerUsage>>();
  readonly #semaphores = new Map<string, Semaphore>();
  #sweptMs = performance.now();

  constructor({ pool }: Pick<Cluster, 'pool'>) {
    this.#pool = pool;
  }

  /** Throws what the engine failed with, and `wrong_state` of a container that does not run. */
  read(engine: EngineRecord, containerId: string): Promise<ContainerUsage> {
    this.#sweep();
    const key = `${engine.id}/${containerId}`;
    const kept = this.#kept.get(key);
    if (kept?.usage && performance.now() - kept.takenMs < freshMs) return Promise.resolve(kept.usage);
    const running = this.#running.get(key) ?? this.#measure(key, engine, containerId);
    this.#running.set(key, running);
    return running;
  }

  /** The last answer, if it is not old: of an engine that takes its time. */
  last(engineId: string, containerId: string): ContainerUsage | undefined {
    const kept = this.#kept.get(`${engineId}/${containerId}`);
    return kept && performance.now() - kept.takenMs < apartMs ? kept.usage : undefined;
  }

  async #measure(key: string, engine: EngineRecord, containerId: string): Promise<ContainerUsage> {
    try {
      const first = await this.#sample(key, engine, containerId);
      if (first.usage) return first.usage;
      await pause(firstPauseMs);
      const { sample, usage } = await this.#sample(key, engine, containerId);
      return usage ?? { ...sample, cpuPercent: 0 };
    } finally {
      this.#running.delete(key);
    }
  }

  async #sample(key: string, engine: EngineRecord, containerId: string): Promise<Kept> {
    const sample = await this.#semaphoreOf(engine.id).run(() => this.#pool.client(engine).sampleUsage(containerId));
    if (sample.at === '') {
      this.#kept.delete(key);
      throw new SatsumaError('wrong_state', `container ${containerId} is not running`);
    }
    const takenMs = performance.now();
    const known = this.#kept.get(key);
    const isNear = known !== undefined && takenMs - known.takenMs < apartMs;
    // The CPUs counted on since: of the same moment there is nothing to compare.
    const earlier = isNear && known.sample.cpu.systemNs < sample.cpu.systemNs ? known.sample.cpu : undefined;
    const before = earlier ?? sample.previousCpu;
    const usage = before && { ...sample, cpuPercent: cpuPercent(before, sample) };
    const kept = { sample, usage, takenMs };
    this.#kept.set(key, kept);
    return kept;
  }

  #semaphoreOf(engineId: string): Semaphore {
    const semaphore = this.#semaphores.get(engineId) ?? new Semaphore(atOnce);
    this.#semaphores.set(engineId, semaphore);
    return semaphore;
  }

  #sweep(): void {
    const now = performance.now();
    if (now - this.#sweptMs < forgetMs) return;
    this.#sweptMs = now;
    for (const [key, { takenMs }] of this.#kept) if (now - takenMs > forgetMs) this.#kept.delete(key);
    // An engine that is asked right now keeps its turns.
    if (this.#running.size === 0) this.#semaphores.clear();
  }
}
