import type { SecretBox } from '../../runtime/secret-box.ts';

/** After this, clients get a new challenge, which they answer automatically. */
const lifeMs = 300_000;
const maxNonces = 10_000;
const maxCounts = 20_000;

/**
 * The nonces of challenges. Unanswered nonces are not stored: a nonce contains its time, encrypted, and is valid on all
 * servers with the same key. For nonces with a correct response, this server stores the request counts, to reject
 * replays. If the table is full, all older nonces are rejected.
 */
export class Nonces {
  readonly #box: Pick<SecretBox, 'encrypt' | 'decrypt'>;
  readonly #now: () => number;
  /** By nonce, the oldest first. */
  readonly #seen = new Map<string, { readonly madeAt: number; readonly counts: Set<string> }>();
  /** Nonces up to this time are rejected. */
  #staleUntil = 0;

  constructor(box: Pick<SecretBox, 'encrypt' | 'decrypt'>, now: () => number) {
    this.#box = box;
    this.#now = now;
  }

  make(domain: string): string {
    return this.#box.encrypt(String(this.#now()), contextOf(domain));
  }

  /** `unknown`: not issued by this installation, or for another domain. */
  judge(nonce: string, domain: string): 'good' | 'stale' | 'unknown' {
    const text = this.#box.decrypt(nonce, contextOf(domain));
    const madeAt = Number(text);
    if (text === undefined || !Number.isFinite(madeAt)) return 'unknown';
    // The clocks of servers differ.
    return Math.abs(this.#now() - madeAt) > lifeMs || madeAt <= this.#staleUntil ? 'stale' : 'good';
  }

  /** Whether it was used with the correct password. */
  isProven(nonce: string): boolean {
    return this.#seen.has(nonce);
  }

  /** Registers a use of a valid nonce with a correct response. False: a replay, or the limit is reached. */
  take(nonce: string, domain: string, count: string): boolean {
    const known = this.#seen.get(nonce);
    if (known) {
      if (known.counts.has(count) || known.counts.size >= maxCounts) return false;
      known.counts.add(count);
      return true;
    }
    this.#makeRoom();
    const madeAt = Number(this.#box.decrypt(nonce, contextOf(domain)));
    this.#seen.set(nonce, { madeAt, counts: new Set([count]) });
    return true;
  }

  #makeRoom(): void {
    for (const [nonce, { madeAt }] of this.#seen) {
      const isOver = this.#now() - madeAt > lifeMs;
      if (!isOver && this.#seen.size < maxNonces) return;
      this.#seen.delete(nonce);
      if (!isOver) this.#staleUntil = Math.max(this.#staleUntil, madeAt);
    }
  }
}

function contextOf(domain: string): string {
  return `domain-nonce/${domain}`;
}
