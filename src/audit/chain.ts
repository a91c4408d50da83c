import { createHash } from 'node:crypto';
import type { AuditVerdict } from '../api/audit.ts';
import type { AuditBlock, AuditHead } from '../model/audit.ts';

type Content = Omit<AuditBlock, 'hash'>;

/** Creates the next block. */
export function linkAfter(
  { number, hash }: Pick<AuditHead, 'number' | 'hash'>,
  content: Omit<Content, 'number' | 'before'>,
): AuditBlock {
  const block = { ...content, number: number + 1, before: hash };
  return { ...block, hash: hashOf(block) };
}

/** Verifies the blocks of a chain in order. Never throws: the first inconsistency is a sentence. */
export class ChainCheck {
  #next: number;
  #before: string;
  #problem: string | undefined;
  #entries = 0;
  #blocks = 0;
  #lost = 0;

  /** `before`: the hash of the block before the first. */
  constructor({ first, before }: Pick<AuditHead, 'first' | 'before'>) {
    this.#next = first;
    this.#before = before;
  }

  take(block: AuditBlock): void {
    if (this.#problem !== undefined) return;
    this.#problem = this.#problemOf(block);
    if (this.#problem !== undefined) return;
    this.#next += 1;
    this.#before = block.hash;
    this.#entries += block.entries.length;
    this.#blocks += 1;
    this.#lost += block.lost;
  }

  /** Undefined: the chain is valid so far. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** The totals of the valid blocks. */
  get sums(): { readonly blocks: number; readonly entries: number; readonly lost: number } {
    return { blocks: this.#blocks, entries: this.#entries, lost: this.#lost };
  }

  /** The last valid block. */
  get last(): { readonly number: number; readonly hash: string } {
    return { number: this.#next - 1, hash: this.#before };
  }

  #problemOf({ hash, ...block }: AuditBlock): string | undefined {
    if (block.number !== this.#next) return `block ${this.#next} is missing, or in another place`;
    if (block.before !== this.#before) return `block ${block.number} does not follow the one before it`;
    return hash === hashOf(block) ? undefined : `block ${block.number} was changed`;
  }
}

/** The expected end of the chain comes from `head`. */
export function verdictOf(check: ChainCheck, head: AuditHead): AuditVerdict {
  const { number, hash } = check.last;
  const isAtEnd = number === head.number && hash === head.hash;
  const problem = check.problem ?? (isAtEnd ? undefined : `block ${number + 1} is missing: there are ${head.number}`);
  return {
    ok: problem === undefined,
    problem: problem ?? null,
    first: head.first,
    ...check.sums,
    head: { number, hash },
  };
}

function hashOf(block: Content): string {
  return createHash('sha256').update(canonicalJson(block)).digest('hex');
}

/**
 * As in RFC 8785, for strings, integers, null, arrays and objects: equal values have equal text, however they were
 * stored. Undefined fields are omitted, as in the store.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, each]) => `${JSON.stringify(name)}:${canonicalJson(each)}`).join(',')}}`;
}
