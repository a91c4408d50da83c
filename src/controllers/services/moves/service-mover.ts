import type { ReplicaView } from '../../../decisions/services/replica-view.ts';
import { isSatsumaError } from '../../../model/errors.ts';
import type { ServiceRecord, ServiceStatus } from '../../../model/service.ts';
import { isMoveOver, type MovePhase, type ServiceMove } from '../../../model/service-move.ts';
import type { Cluster } from '../../../state/cluster.ts';
import type { Fence } from '../../../store/store.ts';
import { judgeStart, reasonToGiveUp } from './judge-move.ts';
import { type NextPhase, writePhase } from './move-record.ts';
import { copy, finish, goBack, prepare, type Step, stop } from './move-steps.ts';

/** Delay before a step that was not done is repeated. */
const againMs = 1_000;
/** Interval between checks that the step is still wanted. A server that lost leadership checks, too. */
const checkMs = 1_000;
/** Maximum number of services whose replicas are stopped for a move at the same time. */
const maxAtOnce = 2;

const steps: Partial<Record<MovePhase, Step>> = {
  preparing: prepare,
  stopping: stop,
  copying: copy,
  finishing: finish,
  returning: goBack,
};

/** What the reconciler's pass found. */
export interface Found {
  readonly status: ServiceStatus;
  readonly replicas: readonly ReplicaView[];
  /** Slots to be filled. */
  readonly slots: readonly string[];
  readonly starting: ReadonlySet<string>;
  readonly fence: Fence;
}

/**
 * Advances the move of a service through its phases. A phase is recorded before its work begins, and every step is
 * idempotent: any leader can continue.
 */
export class ServiceMover {
  readonly #name: string;
  readonly #cluster: Cluster;
  readonly #wake: () => void;
  #working: { readonly id: string; readonly phase: MovePhase; readonly abort: AbortController } | undefined;
  #notBefore = 0;
  /** Since when the new replicas are waited for. */
  #waiting: { readonly id: string; readonly since: number } | undefined;

  constructor(name: string, cluster: Cluster, wake: () => void) {
    this.#name = name;
    this.#cluster = cluster;
    this.#wake = wake;
  }

  /**
   * Called at the end of a pass, so that the replicas which the phase holds have not been started or replaced in it.
   * Throws `reservation_lost`.
   */
  async pass(record: ServiceRecord, found: Found): Promise<void> {
    const { move } = record;
    if (this.#working) {
      if (!isSame(this.#working, move)) this.#working.abort.abort();
      else if (move) await this.#giveUp(record, move, found);
      return;
    }
    if (!move || isMoveOver(move)) return;
    if (await this.#giveUp(record, move, found)) return;
    if (move.phase === 'starting') return await this.#judge(record, move, found);
    const step = steps[move.phase];
    if (step === undefined || this.#cluster.clock.steadyMs() < this.#notBefore) return;
    if (move.phase === 'preparing' && this.#underWay() >= maxAtOnce) return;
    void this.#run(step, record, move, found);
  }

  async #giveUp(record: ServiceRecord, move: ServiceMove, { slots, fence }: Found): Promise<boolean> {
    const message = reasonToGiveUp(this.#cluster, record, move, slots);
    if (message === undefined) return false;
    await this.#write(move, { phase: move.phase === 'preparing' ? 'failed' : 'returning', message }, fence);
    return true;
  }

  async #judge(record: ServiceRecord, move: ServiceMove, found: Found): Promise<void> {
    const now = this.#cluster.clock.steadyMs();
    if (this.#waiting?.id !== move.id) this.#waiting = { id: move.id, since: now };
    const next = judgeStart(record, move, { ...found, waitedMs: now - this.#waiting.since });
    if (next) await this.#write(move, next, found.fence);
  }

  async #run(step: Step, record: ServiceRecord, move: ServiceMove, { starting, fence }: Found): Promise<void> {
    const { cache, clock, logger } = this.#cluster;
    const abort = new AbortController();
    this.#working = { id: move.id, phase: move.phase, abort };
    const check = () => {
      if (!isSame(move, cache.services.get(this.#name)?.value.move)) abort.abort();
    };
    const timer = setInterval(check, checkMs).unref();
    const { signal } = abort;
    try {
      const context = { cluster: this.#cluster, name: this.#name, record, move, signal, starting };
      const next = await step(context).catch((error: unknown) => this.#afterFailure(error, move, signal));
      if (next) await this.#write(move, next, fence);
      else this.#notBefore = clock.steadyMs() + againMs;
    } catch (error) {
      this.#notBefore = clock.steadyMs() + againMs;
      logger.warn({ err: error, service: this.#name, phase: move.phase }, 'step of a move not done yet');
    } finally {
      clearInterval(timer);
      this.#working = undefined;
      this.#wake();
    }
  }

  /** A failure before the data is on the new engine abandons the move; after that the step is retried. */
  #afterFailure(error: unknown, { phase }: ServiceMove, signal: AbortSignal): NextPhase | undefined {
    if (signal.aborted) return undefined;
    // A change of leader or an unavailable store is not the move's fault.
    if (isSatsumaError(error, 'reservation_lost', 'store_unavailable')) throw error;
    if (!isSatsumaError(error) || phase === 'finishing' || phase === 'returning') throw error;
    return { phase: phase === 'preparing' ? 'failed' : 'returning', message: error.message };
  }

  async #write(move: ServiceMove, next: NextPhase, fence: Fence): Promise<void> {
    await writePhase(this.#cluster, this.#name, move, { ...next, fence });
    this.#notBefore = 0;
    this.#wake();
  }

  #underWay(): number {
    const phases = this.#cluster.cache.services.all().map(({ value }) => value.move?.phase);
    return phases.filter((phase) => phase === 'stopping' || phase === 'copying' || phase === 'starting').length;
  }
}

function isSame(a: Pick<ServiceMove, 'id' | 'phase'>, b: Pick<ServiceMove, 'id' | 'phase'> | undefined): boolean {
  return a.id === b?.id && a.phase === b.phase;
}
