import { answersToConfirm, isUnconfirmed } from '../../decisions/services/engine-failure-policy.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { Fence } from '../../store/store.ts';

/** How much longer than the interval of looks an engine may take to be found well: a look that began before has to fail. */
const skewMs = 10_000;
/** Engines that fail together, as one rack or one cable does, have failed by then. */
const windowMs = 2_000;
/** Between two tries. */
const againMs = 1_000;
const pingsAtOnce = 64;

/**
 * Decides once for each engine that is down whether the fault is its own: it is where at least half of the engines answer a
 * ping that was sent some seconds after the engine fell silent. Engines that fail together are found down one after the
 * other; those that are not found yet do not answer, so that the first one is not given up by itself. Part of the
 * controller loop.
 */
export class LossConfirmations {
  readonly #cluster: Cluster;
  readonly #wake: () => void;
  readonly #semaphore = new Semaphore(pingsAtOnce);
  #isAsking = false;
  #notBefore = 0;

  constructor(cluster: Cluster, wake: () => void) {
    this.#cluster = cluster;
    this.#wake = wake;
  }

  pass(lease: Fence): void {
    const { cache, clock, logger, settings } = this.#cluster;
    const now = clock.steadyMs();
    const engines = cache.engines();
    const down = engines.filter(isUnconfirmed);
    if (down.length === 0) return;
    const needed = answersToConfirm(engines);
    const well = engines.filter(({ intent, condition }) => intent !== 'lost' && condition === 'ok');
    if (well.length < needed) {
      // Those that come back together are found well one after the other, too.
      this.#notBefore = now + settings.observeIntervalMs + skewMs;
      return;
    }
    const due = down.filter((engine) => cache.ages.downForMs(engine) >= windowMs);
    if (due.length === 0 || this.#isAsking || now < this.#notBefore) return;
    this.#isAsking = true;
    void this.#confirm(due, well, { needed, lease })
      .catch((error: unknown) => logger.warn({ err: error }, 'losses of engines not confirmed'))
      .finally(() => {
        this.#isAsking = false;
        this.#notBefore = Math.max(this.#notBefore, clock.steadyMs() + againMs);
        this.#wake();
      });
  }

  async #confirm(
    down: readonly EngineRecord[],
    well: readonly EngineRecord[],
    { needed, lease }: { readonly needed: number; readonly lease: Fence },
  ): Promise<void> {
    const { cache, store, clock, logger } = this.#cluster;
    const isProven = await this.#haveAnswered(well, needed);
    // Too many are down by now, or were a moment ago.
    if (!isProven || clock.steadyMs() < this.#notBefore) return;
    for (const { id, since } of down) {
      if (!cache.hasEngine(id)) continue;
      const { value, version } = cache.engine(id);
      // It came back meanwhile, and may have failed again.
      if (!isUnconfirmed(value) || value.since !== since) continue;
      const after: EngineRecord = { ...value, isLossConfirmed: true };
      const written = await store.write([{ kind: 'engine', id, value: after, ifVersion: version }], { lease });
      if (written.ok) logger.info({ engineId: id }, 'engine is down by itself: it may be given up');
    }
    await cache.catchUp();
  }

  /** Whether so many of the engines answer now. The rest is not waited for. */
  #haveAnswered(engines: readonly EngineRecord[], needed: number): Promise<boolean> {
    const { pool } = this.#cluster;
    return new Promise((resolve) => {
      let answered = 0;
      let left = engines.length;
      const ping = async (engine: EngineRecord): Promise<void> => {
        const isAnswer =
          answered < needed &&
          (await pool
            .client(engine)
            .ping()
            .then(() => true)
            .catch(() => false));
        if (isAnswer) answered += 1;
        left -= 1;
        if (answered >= needed || left === 0) resolve(answered >= needed);
      };
      if (engines.length === 0) resolve(needed === 0);
      for (const engine of engines) void this.#semaphore.run(() => ping(engine));
    });
  }
}
