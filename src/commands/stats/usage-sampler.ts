import { setTimeout as pause } from 'node:timers/promises';
import { type ContainerUsage, cpuPercent, type UsageSample } from '../../model/container-usage.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import type { Cluster } from '../../state/cluster.ts';

/** Requests within this time get the same answer. */
const freshMs = 900;
/** Samples that are further apart do not describe the current usage. */
const apartMs = 15_000;
/** Delay between the first two samples of a container. */
const firstPauseMs = 1_000;
/** Samples without requests for this long are dropped. */
const forgetMs = 60_000;
/** Maximum number of concurrent samples per engine. */
const atOnce = 16;

interface Kept {
  readonly sample: UsageSample;
  readonly usage: ContainerUsage | undefined;
  readonly takenMs: number;
}

/**
 * The resource usage of containers. Each container is sampled at most once a second for all readers, and only on
 * request: there is no loop.
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

  /** Throws the engine's error, and `wrong_state` if the container does not run. */
  read(engine: EngineRecord, containerId: string): Promise<ContainerUsage> {
    this.#sweep();
    const key = `${engine.id}/${containerId}`;
    const kept = this.#kept.get(key);
    if (kept?.usage && performance.now() - kept.takenMs < freshMs) return Promise.resolve(kept.usage);
    const running = this.#running.get(key) ?? this.#measure(key, engine, containerId);
    this.#running.set(key, running);
    return running;
  }

  /** The last value, if it is recent. Used for slow engines. */
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
    // Two samples of the same moment cannot be compared.
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
    // Engines with a read in progress keep their semaphore.
    if (this.#running.size === 0) this.#semaphores.clear();
  }
}
