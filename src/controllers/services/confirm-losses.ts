import { answersToConfirm, isUnconfirmed } from '../../decisions/services/engine-failure-policy.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { Fence } from '../../store/store.ts';

/**
 * How much longer than the probe interval a returning engine may take to be found up: a probe that began earlier has to
 * fail first.
 */
const skewMs = 10_000;
/** Engines that fail together, for example with their rack or a cable, have all failed within this time. */
const windowMs = 2_000;
/** Interval between attempts. */
const againMs = 1_000;
const pingsAtOnce = 64;

/**
 * Confirms for each engine that is down that the fault is its own, and not this server's connection: at least half of
 * the engines must answer a ping that was sent some seconds after the engine went down. Engines that fail together are
 * detected one after the other; those not detected yet do not answer the ping, so the first one is not given up alone.
 * Part of the controller loop.
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
      // Engines that come back together are detected one after the other, too.
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
    // Too many engines are down now, or were a moment ago.
    if (!isProven || clock.steadyMs() < this.#notBefore) return;
    for (const { id, since } of down) {
      if (!cache.hasEngine(id)) continue;
      const { value, version } = cache.engine(id);
      // The engine came back meanwhile, and may have failed again.
      if (!isUnconfirmed(value) || value.since !== since) continue;
      const after: EngineRecord = { ...value, isLossConfirmed: true };
      const written = await store.write([{ kind: 'engine', id, value: after, ifVersion: version }], { lease });
      if (written.ok) logger.info({ engineId: id }, 'loss of the engine confirmed');
    }
    await cache.catchUp();
  }

  /** Whether at least `needed` engines answer a ping. Does not wait for the others. */
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
