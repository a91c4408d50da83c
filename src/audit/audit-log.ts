import { type AuditEntry, type AuditHead, type AuditTrail, auditBlockId, auditHeadId } from '../model/audit.ts';
import { isSatsumaError } from '../model/errors.ts';
import { pause } from '../runtime/pause.ts';
import type { DocumentChange, Store, Versioned } from '../store/store.ts';
import { linkAfter } from './chain.ts';
import { readBlocks, readHead } from './read-blocks.ts';

/** Entries within this time form one block, and one write. */
const gatherMs = 1_000;
const maxInBlock = 500;
/** Entries that are buffered while the store is unavailable. */
const maxWaiting = 10_000;
const retryMs = 1_000;
/** Blocks that other servers may have written meanwhile. */
const maxBehind = 50;
const maxUnsure = 50;
/**
 * Limits recorded refusals and failures per caller and second, because any client can cause them; the rest is only
 * counted.
 */
const vainPerSecond = 10;
/** Callers that are distinguished within a second. */
const maxCallers = 1_000;
/** The interval of the removal of old blocks, and the number of blocks per removal. */
const trimEveryMs = 60_000;
const maxTrimmed = 200;
/** Limits the number of entries regardless of age. An entry has some 400 bytes, up to 2,000 if a client wants. */
const usualEntries = 200_000;
/** How often the head is logged if it changed, so that a completely rewritten chain can be detected. */
const headEveryMs = 3_600_000;

export interface AuditLogOptions {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: { now(): number };
  readonly logger: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
  /** The name of this server in its blocks. */
  readonly server: string;
  /** The retention time. */
  readonly keepMs: number;
  /** The maximum number of entries; default: 200,000. */
  readonly maxEntries?: number;
}

/**
 * Records this server's actions. Requests do not wait for it: entries are batched and appended to the chain that all
 * servers share, by a write that fails if another server was first. A killed server loses the entries of its last
 * moment.
 */
export class AuditLog implements AuditTrail {
  readonly #options: AuditLogOptions;
  readonly #maxEntries: number;
  readonly #stopping = new AbortController();
  #waiting: AuditEntry[] = [];
  #lost = 0;
  #vain = { second: 0, counts: new Map<string | null, number>() };
  #head: Versioned<AuditHead> | undefined;
  #writing: Promise<void> | undefined;
  /**
   * The hashes of blocks whose write had no response: it may have succeeded, or succeed later. They are replaced in the
   * chain by the next block that is known to be written.
   */
  #unsure: readonly string[] = [];
  #trimAt = 0;
  #publishHeadAt = 0;
  #pushedOut = 0;
  #warnOfYoungAt = 0;

  constructor(options: AuditLogOptions) {
    this.#options = options;
    this.#maxEntries = options.maxEntries ?? usualEntries;
  }

  note(entry: AuditEntry): void {
    if (this.#waiting.length >= maxWaiting || !this.#hasRoomFor(entry)) this.#lost += 1;
    else this.#waiting.push(entry);
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Resolves when all entries are stored, or the store refuses them. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#writing;
  }

  async #write(): Promise<void> {
    const { signal } = this.#stopping;
    await pause(gatherMs, signal);
    while (this.#waiting.length > 0 || this.#lost > 0) {
      try {
        await this.#writeBlock();
        await this.#maintain();
      } catch (error) {
        if (!isSatsumaError(error)) throw error;
        this.#options.logger.warn({ err: error, waiting: this.#waiting.length }, 'audit not written, trying again');
        this.#head = undefined;
        if (signal.aborted) return;
        await pause(retryMs, signal);
      }
    }
  }

  async #writeBlock(): Promise<void> {
    const { store, clock, server } = this.#options;
    this.#head ??= await this.#newestHead();
    const entries = this.#waiting.slice(0, maxInBlock);
    const lost = this.#lost;
    if (entries.length === 0 && lost === 0) return;
    const at = new Date(clock.now()).toISOString();
    const block = linkAfter(this.#head.value, { at, server, entries, lost });
    const value: AuditHead = {
      ...this.#head.value,
      number: block.number,
      hash: block.hash,
      entries: this.#head.value.entries + entries.length,
    };
    this.#unsure = [block.hash, ...this.#unsure].slice(0, maxUnsure);
    const written = await store.write([
      { kind: 'audit-block', id: auditBlockId(block.number), value: block, ifVersion: 0 },
      { kind: 'audit-head', id: auditHeadId, value, ifVersion: this.#head.version },
    ]);
    if (!written.ok) this.#unsure = this.#unsure.slice(1);
    this.#head = written.ok ? { ...this.#head, value, version: written.version } : undefined;
    if (written.ok) this.#written(entries.length, lost);
  }

  async #newestHead(): Promise<Versioned<AuditHead>> {
    const { store } = this.#options;
    const head = await readHead(store);
    if (this.#unsure.length > 0) await this.#dropWritten(head.value);
    return head;
  }

  /** A write without a response may have succeeded: its entries must not be written twice. */
  async #dropWritten({ number, first }: AuditHead): Promise<void> {
    const { store } = this.#options;
    for await (const block of readBlocks(store, number, Math.max(first, number - maxBehind))) {
      if (this.#unsure.includes(block.hash)) return this.#written(block.entries.length, block.lost);
    }
  }

  #written(entries: number, lost: number): void {
    this.#waiting = this.#waiting.slice(entries);
    this.#lost -= Math.min(lost, this.#lost);
    this.#unsure = [];
  }

  #hasRoomFor({ who, result, session }: AuditEntry): boolean {
    // A stopping server cuts all its sessions at once, and each of them was authorized.
    if (result === 'done' || result === 'began' || session) return true;
    const second = Math.floor(performance.now() / 1_000);
    if (this.#vain.second !== second) this.#vain = { second, counts: new Map() };
    const { counts } = this.#vain;
    const count = (counts.get(who) ?? 0) + 1;
    if (count > vainPerSecond || (count === 1 && counts.size >= maxCallers)) return false;
    counts.set(who, count);
    return true;
  }

  /** Periodically removes old blocks, and logs the head. */
  async #maintain(): Promise<void> {
    const { logger, clock } = this.#options;
    if (!this.#head) return;
    const { number, hash } = this.#head.value;
    if (clock.now() >= this.#publishHeadAt) {
      this.#publishHeadAt = clock.now() + headEveryMs;
      logger.info({ number, hash }, 'head of the audit');
    }
    if (clock.now() < this.#trimAt && this.#head.value.entries <= this.#maxEntries) return;
    const isMore = await this.#trim(this.#head);
    this.#trimAt = isMore ? 0 : clock.now() + trimEveryMs;
  }

  /** True: there is more to remove. */
  async #trim(head: Versioned<AuditHead>): Promise<boolean> {
    const { store, clock, keepMs } = this.#options;
    const { first, number } = head.value;
    const removed: DocumentChange[] = [];
    let young = 0;
    let { before, entries } = head.value;
    for await (const block of readBlocks(store, first, Math.min(number - 1, first + maxTrimmed - 1))) {
      const isYoung = Date.parse(block.at) >= clock.now() - keepMs;
      const isKept = isYoung && entries <= this.#maxEntries;
      if (isKept || block.number !== first + removed.length) break;
      removed.push({ kind: 'audit-block', id: auditBlockId(block.number) });
      if (isYoung) young += block.entries.length;
      before = block.hash;
      entries -= block.entries.length;
    }
    if (removed.length === 0) return false;
    const value = { ...head.value, first: first + removed.length, before, entries };
    const written = await store.write([
      { kind: 'audit-head', id: auditHeadId, value, ifVersion: head.version },
      ...removed,
    ]);
    this.#head = written.ok ? { ...head, value, version: written.version } : undefined;
    if (written.ok && young > 0) this.#warnOfYoung(young);
    return removed.length === maxTrimmed;
  }

  /** A very active caller displaces older entries: warns the operator at once. */
  #warnOfYoung(entries: number): void {
    const { logger, clock } = this.#options;
    this.#pushedOut += entries;
    if (clock.now() < this.#warnOfYoungAt) return;
    this.#warnOfYoungAt = clock.now() + headEveryMs;
    const fields = { entries: this.#pushedOut, maxEntries: this.#maxEntries };
    logger.warn(fields, 'the audit is full: entries younger than it should keep are removed');
    this.#pushedOut = 0;
  }
}
