import { type AuditEntry, type AuditHead, type AuditTrail, auditBlockId, auditHeadId } from '../model/audit.ts';
import { isSatsumaError } from '../model/errors.ts';
import { pause } from '../runtime/pause.ts';
import type { DocumentChange, Store, Versioned } from '../store/store.ts';
import { linkAfter } from './chain.ts';
import { readBlocks, readHead } from './read-blocks.ts';

/** What happens within this time is one block, and one write. */
const gatherMs = 1_000;
const mostInBlock = 500;
/** Entries that wait while the store is away. */
const mostWaiting = 10_000;
const retryMs = 1_000;
/** Blocks that other servers may have written since. */
const mostBehind = 50;
const mostUnsure = 50;
/** Anybody may be refused, or fail, a million times: so many for each caller are recorded in a second, the others counted. */
const vainPerSecond = 10;
/** Callers that are told apart within a second. */
const mostCallers = 1_000;
/** Between two looks for what is too old, and how many blocks one look removes. */
const trimEveryMs = 60_000;
const mostTrimmed = 200;
/** However young they are. One has some 400 bytes, and 2,000 where somebody wants it so. */
const usualEntries = 200_000;
/** The head is logged so often where it changed: a chain that was made anew as a whole does not have it. */
const tellHeadEveryMs = 3_600_000;

export interface AuditLogOptions {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: { now(): number };
  readonly logger: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
  /** The name of this server in its blocks. */
  readonly server: string;
  /** How long blocks are kept. */
  readonly keepMs: number;
  /** How many entries are kept; 200,000 unless said. */
  readonly mostEntries?: number;
}

/**
 * Records what this server did. No request waits for it: entries are gathered, and linked to the chain that all servers on
 * the store share, by a write that fails where another server was first. A server that is killed loses the entries of its
 * last moment.
 */
export class AuditLog implements AuditTrail {
  readonly #options: AuditLogOptions;
  readonly #mostEntries: number;
  readonly #stopping = new AbortController();
  #waiting: AuditEntry[] = [];
  #lost = 0;
  #vain = { second: 0, counts: new Map<string | null, number>() };
  #head: Versioned<AuditHead> | undefined;
  #writing: Promise<void> | undefined;
  /**
   * The hashes of blocks whose write nothing was heard of: one of them may be made, or be made late. A block that is known to be written
   * takes their place in the chain.
   */
  #unsure: readonly string[] = [];
  #trimAt = 0;
  #tellHeadAt = 0;
  #pushedOut = 0;
  #tellOfYoungAt = 0;

  constructor(options: AuditLogOptions) {
    this.#options = options;
    this.#mostEntries = options.mostEntries ?? usualEntries;
  }

  note(entry: AuditEntry): void {
    if (this.#waiting.length >= mostWaiting || !this.#hasRoomFor(entry)) this.#lost += 1;
    else this.#waiting.push(entry);
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Resolves when what is known is in the store, or the store does not take it. */
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
    const entries = this.#waiting.slice(0, mostInBlock);
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
    this.#unsure = [block.hash, ...this.#unsure].slice(0, mostUnsure);
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

  /** A write that nothing was heard of may have been made after all: what it has is not written twice. */
  async #dropWritten({ number, first }: AuditHead): Promise<void> {
    const { store } = this.#options;
    for await (const block of readBlocks(store, number, Math.max(first, number - mostBehind))) {
      if (this.#unsure.includes(block.hash)) return this.#written(block.entries.length, block.lost);
    }
  }

  #written(entries: number, lost: number): void {
    this.#waiting = this.#waiting.slice(entries);
    this.#lost -= Math.min(lost, this.#lost);
    this.#unsure = [];
  }

  #hasRoomFor({ who, result, session }: AuditEntry): boolean {
    // A server that stops cuts all of its sessions at once, and each of them was let in.
    if (result === 'done' || result === 'began' || session) return true;
    const second = Math.floor(performance.now() / 1_000);
    if (this.#vain.second !== second) this.#vain = { second, counts: new Map() };
    const { counts } = this.#vain;
    const count = (counts.get(who) ?? 0) + 1;
    if (count > vainPerSecond || (count === 1 && counts.size >= mostCallers)) return false;
    counts.set(who, count);
    return true;
  }

  /** Now and then: what is too old goes, and the head is told to whoever keeps the log of this server. */
  async #maintain(): Promise<void> {
    const { logger, clock } = this.#options;
    if (!this.#head) return;
    const { number, hash } = this.#head.value;
    if (clock.now() >= this.#tellHeadAt) {
      this.#tellHeadAt = clock.now() + tellHeadEveryMs;
      logger.info({ number, hash }, 'head of the audit');
    }
    if (clock.now() < this.#trimAt && this.#head.value.entries <= this.#mostEntries) return;
    const isMore = await this.#trim(this.#head);
    this.#trimAt = isMore ? 0 : clock.now() + trimEveryMs;
  }

  /** True: there is more of it. */
  async #trim(head: Versioned<AuditHead>): Promise<boolean> {
    const { store, clock, keepMs } = this.#options;
    const { first, number } = head.value;
    const removed: DocumentChange[] = [];
    let young = 0;
    let { before, entries } = head.value;
    for await (const block of readBlocks(store, first, Math.min(number - 1, first + mostTrimmed - 1))) {
      const isYoung = Date.parse(block.at) >= clock.now() - keepMs;
      const isKept = isYoung && entries <= this.#mostEntries;
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
    if (written.ok && young > 0) this.#tellOfYoung(young);
    return removed.length === mostTrimmed;
  }

  /** Somebody who does much pushes out what was recorded before: whoever watches the log should know at once. */
  #tellOfYoung(entries: number): void {
    const { logger, clock } = this.#options;
    this.#pushedOut += entries;
    if (clock.now() < this.#tellOfYoungAt) return;
    this.#tellOfYoungAt = clock.now() + tellHeadEveryMs;
    const fields = { entries: this.#pushedOut, most: this.#mostEntries };
    logger.warn(fields, 'the audit is full: entries younger than it should keep are removed');
    this.#pushedOut = 0;
  }
}
