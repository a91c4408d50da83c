import { moveUnderWay } from '../../decisions/rebalance/under-way.ts';
import type { Start } from '../../decisions/services/decide.ts';
import { findGeneration } from '../../decisions/services/find-service.ts';
import { movedTo } from '../../decisions/services/moves.ts';
import type { ReplicaView } from '../../decisions/services/replica-view.ts';
import { failureOfStart } from '../../decisions/services/waits.ts';
import type { RunningContainer } from '../../execution/describe-run.ts';
import { removeReplica } from '../../execution/remove-replica.ts';
import type { ReserveOptions } from '../../execution/reserve-options.ts';
import { runContainer } from '../../execution/run-container.ts';
import { fingerprintOf } from '../../labels/fingerprint.ts';
import type { DrainReceipt } from '../../model/audit.ts';
import { isSatsumaError, type SatsumaError } from '../../model/errors.ts';
import { hasLocalVolume } from '../../model/image-config.ts';
import type { ReplicaMark, ServiceRecord, ServiceSpec } from '../../model/service.ts';
import type { Semaphore } from '../../runtime/semaphore.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { Fence } from '../../store/store.ts';
import { noteDrain } from '../drain-receipt.ts';
import { linkEnvironment } from './link-environment.ts';
import type { ServiceMover } from './moves/service-mover.ts';

export interface ExecutorContext {
  readonly cluster: Cluster;
  /** Limits concurrent starts and removals over all services and jobs. */
  readonly semaphore: Semaphore;
  /** Requests another pass. */
  readonly wake: () => void;
  /** Slots for which a replica is being started, including by an earlier executor of the same service. */
  readonly starting: Set<string>;
  /** Shared with earlier reconcilers of the same service, whose work continues. */
  readonly mover: ServiceMover;
}

export interface FailedStart {
  readonly start: Start;
  readonly error: SatsumaError;
}

/** A replica that was just started, and its spec. */
export interface Launched {
  readonly reservationId: string;
  readonly generation: number;
  readonly ports: RunningContainer['ports'];
  readonly spec: ServiceSpec;
}

/** Carries out decisions on the containers of one service. */
export class ReplicaExecutor {
  readonly #name: string;
  readonly #context: ExecutorContext;
  readonly #launched: (launched: Launched) => void;
  readonly #removing = new Set<string>();
  /** By slot: the engine of its last replica. */
  readonly #lastEngines = new Map<string, string>();
  #failedStarts: FailedStart[] = [];

  /** `launched` is called for each replica that was started. */
  constructor(name: string, context: ExecutorContext, launched: (launched: Launched) => void) {
    this.#name = name;
    this.#context = context;
    this.#launched = launched;
  }

  /** Slots for which a replica is being started. */
  get starting(): ReadonlySet<string> {
    return this.#context.starting;
  }

  /** Returns the starts that failed since the last call. */
  takeFailedStarts(): readonly FailedStart[] {
    return this.#failedStarts.splice(0);
  }

  /** `first`: the engine to try before any other. `avoid`: engines to try last. */
  async start(
    record: ServiceRecord,
    start: Start,
    { lease, first, avoid }: Pick<ReserveOptions, 'first' | 'avoid'> & { readonly lease: Fence },
  ): Promise<void> {
    const { cluster, semaphore, wake, starting } = this.#context;
    const { slot, generation, copy } = start;
    const onlyOn =
      record.spec.replicas === 'global'
        ? slot
        : (moveUnderWay(cluster, this.#name, slot)?.to ?? movedTo(cluster, record, slot));
    starting.add(slot);
    try {
      await semaphore.run(async () => {
        const spec = await this.#specOf(record, generation);
        const { image } = spec;
        const identity = {
          ...(record.id !== undefined && { serviceId: record.id }),
          fingerprint: fingerprintOf(spec),
        };
        const replica = { service: this.#name, ...identity, slot, generation, copy };
        const environment = { ...linkEnvironment(cluster, spec), ...image.environment };
        const options = {
          ...{ replica, lease, onlyOn, ...this.#preferences(record, start, image, { onlyOn, first, avoid }) },
          // A forced update must pull again: the image's tag may have moved.
          isImageRefreshed: (spec.force_update ?? 0) > 0,
        };
        const { id: containerId, ports } = await runContainer(cluster, { ...image, environment }, options);
        const [reservation] = cluster.cache.reservationsOf(containerId);
        if (reservation) this.#launched({ reservationId: reservation.id, generation, ports, spec });
      });
    } catch (error) {
      if (isSatsumaError(error)) this.#failedStarts.push({ start, error: failureOfStart(error) });
      else cluster.logger.error({ err: error, service: this.#name, slot }, 'replica not started');
    } finally {
      starting.delete(slot);
      wake();
    }
  }

  /** Stops and removes retiring replicas whose engine is reachable; the others later. `now`: on the monotonic clock. */
  remove(replicas: readonly ReplicaView[], marks: Readonly<Record<string, ReplicaMark>>, now: number): void {
    const { cluster, semaphore, wake } = this.#context;
    for (const replica of replicas) {
      const { id, state, isReachable, since = now } = replica;
      const mark = marks[id];
      if (state !== 'retiring' || mark?.phase !== 'retiring' || !isReachable || this.#removing.has(id)) continue;
      // Both times were written by the same wall clock, so their difference is a valid duration on any server.
      if (now < since + Date.parse(mark.stopAt) - Date.parse(mark.since)) continue;
      this.#removing.add(id);
      this.#lastEngines.set(replica.slot, replica.engineId);
      void semaphore
        .run(async () => {
          const receipt = this.#receiptOf(replica, replicas, marks);
          if ((await removeReplica(cluster, replica)) && receipt) noteDrain(cluster, receipt);
        })
        .catch((error: unknown) => cluster.logger.error({ err: error, service: this.#name }, 'replica not removed'))
        .finally(() => {
          this.#removing.delete(id);
          wake();
        });
    }
  }

  /** The receipt for a drained engine: the stopped replica and its ready successor. */
  #receiptOf(
    { id, slot, engineId, containerId }: ReplicaView,
    replicas: readonly ReplicaView[],
    marks: Readonly<Record<string, ReplicaMark>>,
  ): DrainReceipt | undefined {
    const { cache } = this.#context.cluster;
    if (containerId === undefined || !cache.hasEngine(engineId) || cache.engine(engineId).value.intent !== 'draining')
      return undefined;
    const successor = replicas.find((each) => each.slot === slot && each.id !== id && each.state === 'ready');
    const since = successor && marks[successor.id]?.since;
    const ready = successor?.containerId !== undefined &&
      since !== undefined && { container: successor.containerId, engine: successor.engineId, since };
    return {
      ...{ drained: engineId, stopped: { service: this.#name, slot, container: containerId } },
      ready: ready || null,
    };
  }

  /** Prefers the engine that has the replica's local volume, even if it failed there. */
  #preferences(
    { id }: ServiceRecord,
    { slot }: Start,
    image: ServiceSpec['image'],
    { onlyOn, first, avoid = [] }: Pick<ReserveOptions, 'onlyOn' | 'first' | 'avoid'>,
  ): Pick<ReserveOptions, 'first' | 'avoid'> {
    // `first` would be tried even if it differs from `onlyOn`.
    if (onlyOn !== undefined) return { avoid };
    if (!hasLocalVolume(image)) return { first, avoid };
    const { cache } = this.#context.cluster;
    const [latest] = cache
      .replicas(this.#name, id)
      .filter((each) => each.replica.slot === slot)
      .sort((a, b) => b.replica.copy - a.replica.copy);
    const last = first ?? latest?.engineId ?? this.#lastEngines.get(slot) ?? avoid[0];
    return { first: last !== undefined && cache.hasEngine(last) ? last : undefined, avoid: [] };
  }

  async #specOf(record: ServiceRecord, template: number): Promise<ServiceSpec> {
    if (template === record.template) return record.spec;
    return (await findGeneration(this.#context.cluster, this.#name, template)).spec;
  }
}
