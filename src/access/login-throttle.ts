import { isSatsumaError, SatsumaError } from '../model/errors.ts';
import { networkOf } from '../model/host-address.ts';
import type { LoginGate, LoginTry } from '../model/login-gate.ts';
import { RecentTries } from './recent-tries.ts';

/** Attempts without delay, because people mistype. */
const freeTries = 3;
/**
 * The same for an account under attack from many networks. A network without attempts still has one, because it may be
 * the owner's.
 */
const freeTriesOfGuessed = 1;
/** Failures per account from all networks within a quarter of an hour that count as an attack. */
const guessedFrom = 20;
/** Per table. */
const maxKept = 10_000;
/** Concurrent password checks in total, and per network, so that no attacker uses all of them. */
const maxWaiting = 32;
const maxOfNetwork = 8;

/**
 * Slows down password guessing per network and account, and guessing across accounts per network. Attempts from other
 * networks do not block an account, so an attacker cannot lock out its owner. For networks from which the account has
 * logged in before, other accounts' failures do not count either. Memory is bounded.
 */
export class LoginThrottle implements LoginGate {
  readonly #steadyMs: () => number;
  readonly #byPair = new RecentTries(maxKept);
  readonly #byNetwork = new RecentTries(maxKept);
  readonly #byAccount = new RecentTries(maxKept);
  /** Pairs with a successful login, the latest last. */
  readonly #known = new Set<string>();
  /** Running password checks by network. */
  readonly #waiting = new Map<string, number>();

  constructor(steadyMs: () => number) {
    this.#steadyMs = steadyMs;
  }

  /**
   * Runs an attempt. It is counted before its result is known, so that concurrent attempts count. Throws
   * `too_many_logins`, and the error of `attempt`.
   */
  async run<T>({ address, account }: LoginTry, attempt: () => Promise<T>): Promise<T> {
    const network = networkOf(address);
    const pair = `${network} ${account}`;
    const now = this.#steadyMs();
    const isKnown = this.#known.has(pair);
    const ofNetwork = isKnown ? 0 : this.#byNetwork.waitMs(network, now);
    const waitMs = Math.max(this.#byPair.waitMs(pair, now), ofNetwork);
    if (waitMs > 0 || !this.#hasRoom(network)) throw tooMany(waitMs);
    const isGuessed = !isKnown && this.#byAccount.countOf(account, now) >= guessedFrom;
    this.#byPair.count(pair, isGuessed ? freeTriesOfGuessed : freeTries, now);
    if (!isKnown) this.#byNetwork.count(network, freeTries, now);
    this.#byAccount.count(account, freeTries, now);
    this.#wait(network, 1);
    try {
      const result = await attempt();
      this.#byPair.forget(pair);
      this.#forgive({ network, account, isKnown });
      this.#know(pair);
      return result;
    } catch (error) {
      // Not a failed guess.
      if (isSatsumaError(error, 'store_unavailable', 'server_stopping')) {
        this.#byPair.forgive(pair);
        this.#forgive({ network, account, isKnown });
      }
      throw error;
    } finally {
      this.#wait(network, -1);
    }
  }

  /** Forgives only this attempt: otherwise, an attacker could reset the counter with an own account. */
  #forgive({ network, account, isKnown }: { network: string; account: string; isKnown: boolean }): void {
    if (!isKnown) this.#byNetwork.forgive(network);
    this.#byAccount.forgive(account);
  }

  #know(pair: string): void {
    this.#known.delete(pair);
    this.#known.add(pair);
    const [oldest] = this.#known;
    if (this.#known.size > maxKept && oldest !== undefined) this.#known.delete(oldest);
  }

  #hasRoom(network: string): boolean {
    const all = [...this.#waiting.values()].reduce((sum, each) => sum + each, 0);
    return all < maxWaiting && (this.#waiting.get(network) ?? 0) < maxOfNetwork;
  }

  #wait(network: string, change: 1 | -1): void {
    const waiting = (this.#waiting.get(network) ?? 0) + change;
    if (waiting === 0) this.#waiting.delete(network);
    else this.#waiting.set(network, waiting);
  }
}

function tooMany(waitMs: number): SatsumaError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const sentence = `too many logins failed: try again in ${seconds} s`;
  return new SatsumaError('too_many_logins', sentence, { details: { retry_after: seconds } });
}
