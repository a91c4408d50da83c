import type { SecretBox } from '../../runtime/secret-box.ts';

/** A client is asked anew then, and answers by itself. */
const lifeMs = 300_000;
const mostNonces = 10_000;
const mostCounts = 20_000;

/**
 * The nonces of challenges. Nothing is kept of one that nobody answers: it says itself when it was made, and every server with the same key
 * believes it. Of those that were answered with the right password, this server keeps which counts it has seen: no answer is
 * taken twice. It forgets none but by taking no older ones any more.
 */
export class Nonces {
  readonly #box: Pick<SecretBox, 'encrypt' | 'decrypt'>;
  readonly #now: () => number;
  /** By nonce, the oldest answer first. */
  readonly #seen = new Map<string, { readonly madeAt: number; readonly counts: Set<string> }>();
  /** Those that were made until then are not taken. */
  #staleUntil = 0;

  constructor(box: Pick<SecretBox, 'encrypt' | 'decrypt'>, now: () => number) {
    this.#box = box;
    this.#now = now;
  }

  make(domain: string): string {
    return this.#box.encrypt(String(this.#now()), contextOf(domain));
  }

  /** `unknown`: of nobody here, or for another domain. */
  judge(nonce: string, domain: string): 'good' | 'stale' | 'unknown' {
    const text = this.#box.decrypt(nonce, contextOf(domain));
    const madeAt = Number(text);
    if (text === undefined || !Number.isFinite(madeAt)) return 'unknown';
    // Servers' clocks differ.
    return Math.abs(this.#now() - madeAt) > lifeMs || madeAt <= this.#staleUntil ? 'stale' : 'good';
  }

  /** Somebody who knows the password has it. */
  isProven(nonce: string): boolean {
    return this.#seen.has(nonce);
  }

  /** Of one that is good and was answered right. False: that count was seen before, or there were too many. */
  take(nonce: string, domain: string, count: string): boolean {
    const known = this.#seen.get(nonce);
    if (known) {
      if (known.counts.has(count) || known.counts.size >= mostCounts) return false;
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
      if (!isOver && this.#seen.size < mostNonces) return;
      this.#seen.delete(nonce);
      if (!isOver) this.#staleUntil = Math.max(this.#staleUntil, madeAt);
    }
  }
}

function contextOf(domain: string): string {
  return `domain-nonce/${domain}`;
}
