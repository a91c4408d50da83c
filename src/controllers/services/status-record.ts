import { isDeepStrictEqual } from 'node:util';
import { lostLead } from '../../decisions/lost-lead.ts';
import { nothingKnown } from '../../decisions/services/survey.ts';
import type { ReplicaMark, ServiceStatus } from '../../model/service.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { Fence } from '../../store/store.ts';

/** Maximum delay before a replica's `isSettled` is written. */
const proofWaitsMs = 5_000;

interface Moment {
  /** Every slot has its settled replica, and there are no others. */
  readonly isWhole: boolean;
  /** On the monotonic clock. */
  readonly now: number;
  readonly fence: Fence;
}

/**
 * The status of a service as stored. Changes are written at once, except that a replica became settled: each does so at
 * its own moment, and these writes are batched. If they are lost, a new leader waits for the replicas to settle again.
 */
export class StatusRecord {
  readonly #cluster: Pick<Cluster, 'store' | 'cache'>;
  readonly #name: string;
  #written: ServiceStatus;
  /** Since when the stored status lacks a settled replica, on the monotonic clock. */
  #differsSince: number | undefined;

  constructor(cluster: Pick<Cluster, 'store' | 'cache'>, name: string, written: ServiceStatus) {
    this.#cluster = cluster;
    this.#name = name;
    this.#written = written;
  }

  /** Throws `reservation_lost` if another server leads. */
  async put(status: ServiceStatus, { isWhole, now, fence }: Moment): Promise<void> {
    if (isDeepStrictEqual(status, this.#written) || (!isWhole && this.#mayWait(status, now))) return;
    const { store, cache } = this.#cluster;
    const written = await store.write([{ kind: 'service-status', id: this.#name, value: status }], { lease: fence });
    if (!written.ok) throw lostLead('services');
    this.#written = status;
    this.#differsSince = undefined;
    cache.apply({ kind: 'service-status', id: this.#name, version: written.version, value: status });
  }

  /** Called when the service is gone. */
  forget(): void {
    this.#written = nothingKnown;
    this.#differsSince = undefined;
  }

  #mayWait(status: ServiceStatus, now: number): boolean {
    if (!isDeepStrictEqual(withoutProof(status), withoutProof(this.#written))) return false;
    this.#differsSince ??= now;
    return now < this.#differsSince + proofWaitsMs;
  }
}

function withoutProof(status: ServiceStatus): ServiceStatus {
  const marks = Object.entries(status.replicas).map(([id, mark]): [string, ReplicaMark] => [
    id,
    mark.phase === 'ready' ? { ...mark, isSettled: false } : mark,
  ]);
  return { ...status, replicas: Object.fromEntries(marks) };
}
