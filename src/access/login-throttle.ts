import { isIPv6 } from 'node:net';
import { SatsumaError } from '../model/errors.ts';
import type { LoginGate, LoginTry } from '../model/login-gate.ts';

interface Tries {
  readonly count: number;
  /** The next one is allowed then. */
  readonly nextMs: number;
}

/** So many wrong passwords cost nothing: people mistype. */
const freeTries = 3;
/** An address waits longer than an account: whoever knows a name must not lock its owner out. */
const longestMs = { address: 60_000, account: 5_000 };
const forgottenAfterMs = 15 * 60_000;
const mostKept = 10_000;
const mostWaiting = 32;

/** Slows those who guess passwords: by where they come from, and by whom they say they are. It never grows beyond its bounds. */
export class LoginThrottle implements LoginGate {
  readonly #steadyMs: () => number;
  readonly #tries = new Map<string, Tries>();
  #waiting = 0;

  constructor(steadyMs: () => number) {
    this.#steadyMs = steadyMs;
  }

  /**
   * Runs a try. It counts before it is known to be wrong, so that many at once are many. Throws `too_many_logins`, and what
   * `attempt` throws.
   */
  async run<T>({ address, account }: LoginTry, attempt: () => Promise<T>): Promise<T> {
    const keys = [
      [`address ${networkOf(address)}`, longestMs.address],
      [`account ${account}`, longestMs.account],
    ] as const;
    const now = this.#steadyMs();
    const waitMs = Math.max(...keys.map(([key]) => (this.#tries.get(key)?.nextMs ?? 0) - now));
    if (waitMs > 0 || this.#waiting >= mostWaiting) throw tooMany(waitMs);
    for (const [key, longest] of keys) this.#count(key, longest, now);
    this.#waiting += 1;
    try {
      const result = await attempt();
      this.#tries.delete(`account ${account}`);
      this.#forgive(`address ${networkOf(address)}`);
      return result;
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Of an address only this one try: whoever has an account of their own would guess the passwords of others for nothing. */
  #forgive(key: string): void {
    const tries = this.#tries.get(key);
    if (tries && tries.count > 1) this.#tries.set(key, { ...tries, count: tries.count - 1 });
    else this.#tries.delete(key);
  }

  #count(key: string, longest: number, now: number): void {
    const before = this.#tries.get(key);
    const isOld = before !== undefined && now - before.nextMs > forgottenAfterMs;
    const count = (isOld ? 0 : (before?.count ?? 0)) + 1;
    const delayMs = count <= freeTries ? 0 : Math.min(longest, 1_000 * 2 ** Math.min(count - freeTries - 1, 16));
    // The last one tried is the last one to go.
    this.#tries.delete(key);
    this.#tries.set(key, { count, nextMs: now + delayMs });
    const [oldest] = this.#tries.keys();
    if (this.#tries.size > mostKept && oldest !== undefined) this.#tries.delete(oldest);
  }
}

function tooMany(waitMs: number): SatsumaError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const sentence = `too many logins failed: try again in ${seconds} s`;
  return new SatsumaError('too_many_logins', sentence, { details: { retry_after: seconds } });
}

/** Whoever has one address of IPv6 has 2^64 of them. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':');
  return tail === undefined || groups.length >= 4 ? groups.slice(0, 4).join(':') : head;
}
