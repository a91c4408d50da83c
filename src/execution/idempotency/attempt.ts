import { randomBytes } from 'node:crypto';
import { SatsumaError } from '../../model/errors.ts';
import type { IdempotencyRecord } from '../../model/idempotency-record.ts';
import { timestamp } from '../../state/clock.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { Versioned } from '../../store/store.ts';
import type { BoundedWait } from './bounded-wait.ts';
import { attemptLease } from './keyed-request.ts';

interface Start {
  readonly recordId: string;
  readonly requestHash: string;
  /** The record in the store. */
  readonly found: Versioned<IdempotencyRecord> | undefined;
  /** The valid part of it: undefined after its expiry. */
  readonly earlier: IdempotencyRecord | undefined;
  readonly wait: BoundedWait;
}

/** Starts an attempt at a request; undefined if another attempt is running, or won the race. */
export async function beginAttempt(cluster: Cluster, start: Start): Promise<Attempt | undefined> {
  const { store, settings } = cluster;
  const { recordId, requestHash, found, earlier, wait } = start;
  const lease = attemptLease(recordId);
  const holder = randomBytes(12).toString('hex');
  const acquired = await store.acquireLease(lease, holder, settings.leaseMs);
  if (!acquired) return undefined;
  const record: IdempotencyRecord = {
    requestHash,
    startedAt: earlier?.startedAt ?? timestamp(cluster.clock),
    operationId: earlier?.operationId ?? randomBytes(12).toString('hex'),
    state: 'running',
  };
  const written = await store.write([
    { kind: 'idempotency', id: recordId, value: record, ifVersion: found?.version ?? 0 },
  ]);
  const hold = { lease, holder, token: acquired.token };
  if (written.ok) {
    return new Attempt(cluster, { id: recordId, value: record, version: written.version }, hold, {
      isRetry: earlier !== undefined,
      wait,
    });
  }
  await store.releaseLease(lease, acquired.token);
  return undefined;
}

/** What the run of one container needs of its attempt. */
export type RunAttempt = Pick<Attempt, 'isRetry' | 'operationId' | 'wait' | 'confirm'>;

/** The run of one of several requested containers: each is resumed or repeated on its own. */
export function partOf(attempt: Attempt, index: number): RunAttempt {
  return {
    isRetry: attempt.isRetry,
    operationId: `${attempt.operationId}.${index}`,
    wait: attempt.wait,
    confirm: () => attempt.confirm(),
  };
}

interface Hold {
  readonly lease: string;
  readonly holder: string;
  readonly token: number;
}

/**
 * One attempt at a request with an `Idempotency-Key`. Its lease excludes concurrent attempts; the version of its record
 * prevents it from answering after another attempt took over.
 */
export class Attempt {
  /** An earlier attempt was interrupted, and may have left something. */
  readonly isRetry: boolean;
  /** Call it until the state of the earlier attempt is known. */
  readonly wait: BoundedWait;
  readonly #cluster: Cluster;
  readonly #record: Versioned<IdempotencyRecord>;
  readonly #hold: Hold;
  readonly #renewing: NodeJS.Timeout;

  constructor(
    cluster: Cluster,
    record: Versioned<IdempotencyRecord>,
    hold: Hold,
    { isRetry, wait }: Pick<Attempt, 'isRetry' | 'wait'>,
  ) {
    this.#cluster = cluster;
    this.#record = record;
    this.#hold = hold;
    this.isRetry = isRetry;
    this.wait = wait;
    const renew = () => {
      this.#renew().catch((error: unknown) => cluster.logger.warn({ err: error }, 'attempt not renewed'));
    };
    // Does not keep the process alive.
    this.#renewing = setInterval(renew, cluster.settings.leaseMs / 3).unref();
  }

  /** Marks everything that the request creates; equal for all attempts. */
  get operationId(): string {
    return this.#record.value.operationId;
  }

  /**
   * Call it after recording an action and before executing it: any attempt that takes over later finds the record.
   * Throws `reservation_lost` if another attempt may already have taken over.
   */
  async confirm(): Promise<void> {
    if (await this.#renew()) return;
    throw new SatsumaError('reservation_lost', 'the request took longer than its lease, and another attempt took over');
  }

  /** Stores the answer. False: another attempt took over, and its answer counts. */
  async keep(answer: unknown): Promise<boolean> {
    const { id, version, value } = this.#record;
    const done: IdempotencyRecord = { ...value, state: 'done', answer };
    const written = await this.#cluster.store.write([{ kind: 'idempotency', id, value: done, ifVersion: version }]);
    return written.ok;
  }

  /** Lets the next attempt start immediately. */
  async end(): Promise<void> {
    clearInterval(this.#renewing);
    const { lease, token } = this.#hold;
    await this.#cluster.store.releaseLease(lease, token).catch((error: unknown) => {
      this.#cluster.logger.warn({ err: error }, 'attempt not ended, left to its lease');
    });
  }

  async #renew(): Promise<boolean> {
    const { store, settings } = this.#cluster;
    const { lease, holder, token } = this.#hold;
    const renewed = await store.acquireLease(lease, holder, settings.leaseMs);
    if (renewed?.token === token) return true;
    // The lease expired in between; the new lease is released for the next attempt.
    clearInterval(this.#renewing);
    if (renewed) await store.releaseLease(lease, renewed.token);
    return false;
  }
}
