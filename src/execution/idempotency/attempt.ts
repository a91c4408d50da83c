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
  /** What the store has under that id. */
  readonly found: Versioned<IdempotencyRecord> | undefined;
  /** What counts of it: nothing where its day is over. */
  readonly earlier: IdempotencyRecord | undefined;
  readonly wait: BoundedWait;
}

/** Begins an attempt at a request; undefined while somebody else is at it, or came first. */
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

/** What one container's run needs to know of the attempt it is part of. */
export type RunAttempt = Pick<Attempt, 'isRetry' | 'operationId' | 'wait' | 'confirm'>;

/** The run of one of several containers that a request asks for: each is found again, or run anew, by itself. */
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
 * One try at a request under an `Idempotency-Key`. Its lease keeps others away while it lasts; its record's version keeps
 * it from answering once another attempt took over.
 */
export class Attempt {
  /** An earlier attempt broke off, and may have left something. */
  readonly isRetry: boolean;
  /** To be called until it is known what the earlier attempt left. */
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
    // Holds no process up: what it waits for does.
    this.#renewing = setInterval(renew, cluster.settings.leaseMs / 3).unref();
  }

  /** Marks all that the request leads to; the same for every attempt at it. */
  get operationId(): string {
    return this.#record.value.operationId;
  }

  /**
   * To be called when something is on record and before anything is done: whoever takes over from now on finds the
   * record. Throws `reservation_lost` when somebody may have taken over before.
   */
  async confirm(): Promise<void> {
    if (await this.#renew()) return;
    throw new SatsumaError(
      'reservation_lost',
      'the request took longer than its lease, and was given to another attempt',
    );
  }

  /** Keeps the answer. False: another attempt took over, and its answer counts. */
  async keep(answer: unknown): Promise<boolean> {
    const { id, version, value } = this.#record;
    const done: IdempotencyRecord = { ...value, state: 'done', answer };
    const written = await this.#cluster.store.write([{ kind: 'idempotency', id, value: done, ifVersion: version }]);
    return written.ok;
  }

  /** Lets the next attempt begin at once. */
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
    // It ran out in between; what was got instead is for whoever takes over.
    clearInterval(this.#renewing);
    if (renewed) await store.releaseLease(lease, renewed.token);
    return false;
  }
}
