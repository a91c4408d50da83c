import { defaultGraceMs, isLost } from '../../decisions/services/engine-failure-policy.ts';
import { removeReplica } from '../../execution/remove-replica.ts';
import { runContainer } from '../../execution/run-container.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { Reservation } from '../../model/reservation.ts';
import type { Semaphore } from '../../runtime/semaphore.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { Fence } from '../../store/store.ts';

/** Delay after no engine could take the container. */
const againMs = 5_000;

/**
 * Runs single containers with `"reschedule": "on-engine-failure"` on another engine once theirs is lost. If the engine
 * comes back, the old container is removed: the one whose reservation names the other in `replaces` stays. Part of the
 * controller loop.
 */
export class Failover {
  readonly #cluster: Cluster;
  readonly #semaphore: Semaphore;
  readonly #wake: () => void;
  readonly #underWay = new Set<string>();
  readonly #notBefore = new Map<string, number>();

  constructor(cluster: Cluster, semaphore: Semaphore, wake: () => void) {
    this.#cluster = cluster;
    this.#semaphore = semaphore;
    this.#wake = wake;
  }

  pass(lease: Fence): void {
    const { cache } = this.#cluster;
    const marked = cache.reschedulable();
    if (marked.length === 0) return;
    const replaced = new Map(marked.flatMap((each) => (each.replaces === undefined ? [] : [[each.replaces, each]])));
    const engines = cache.engines();
    const now = performance.now();
    const downForMs = (engine: EngineRecord) => cache.ages.downForMs(engine);
    const rule = { downForMs, graceMs: defaultGraceMs };
    const byId = new Map(engines.map((engine) => [engine.id, engine]));
    for (const reservation of marked) {
      const engine = byId.get(reservation.engineId);
      if (!engine || this.#underWay.has(reservation.id)) continue;
      const successor = replaced.get(reservation.id);
      if (successor?.state === 'bound' && engine.condition === 'ok') {
        this.#do(reservation.id, () =>
          removeReplica(this.#cluster, { ...reservation, reason: 'it was run elsewhere' }),
        );
      }
      const isDue = (this.#notBefore.get(reservation.id) ?? 0) <= now;
      if (!successor && isDue && reservation.state === 'bound' && isLost(engine, rule)) {
        this.#do(reservation.id, () => this.#runElsewhere(reservation, lease));
      }
    }
  }

  async #runElsewhere({ id, image, owner, name, engineId }: Reservation, lease: Fence): Promise<void> {
    try {
      const { engine } = await runContainer(this.#cluster, image, { owner, replaces: { id, name }, lease });
      this.#cluster.logger.info({ reservationId: id, name, from: engineId, to: engine.id }, 'container run elsewhere');
    } catch (error) {
      if (!isSatsumaError(error)) throw error;
      this.#notBefore.set(id, performance.now() + againMs);
      this.#cluster.logger.warn({ err: error, reservationId: id, name }, 'container not run elsewhere yet');
    }
  }

  #do(id: string, work: () => Promise<unknown>): void {
    this.#underWay.add(id);
    void this.#semaphore
      .run(work)
      .catch((error: unknown) =>
        this.#cluster.logger.error({ err: error, reservationId: id }, 'container not failed over'),
      )
      .finally(() => {
        this.#underWay.delete(id);
        this.#wake();
      });
  }
}
