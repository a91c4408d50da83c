import { isSatsumaError, SatsumaError } from '../model/errors.ts';
import { networkOf } from '../model/host-address.ts';
import type { LoginGate, LoginTry } from '../model/login-gate.ts';
import { RecentTries } from './recent-tries.ts';

/** So many wrong passwords cost nothing: people mistype. */
const freeTries = 3;
/** The same of an account that is being guessed from many places. A place that nobody tried from yet still has one: its owner may come from there. */
const freeTriesOfGuessed = 1;
/** Of one account, from everywhere together, within a quarter of an hour. */
const guessedFrom = 20;
/** Of each table. */
const mostKept = 10_000;
/** Passwords that are checked at a time; and of one network, so that no stranger has all of them. */
const mostWaiting = 32;
const mostOfNetwork = 8;

/**
 * Slows those who guess passwords, by where they come from together with whom they say they are, and those who try one account after the
 * other by where they come from. Nobody's tries hold up an account elsewhere: a stranger could lock its owner out. Where an account has
 * logged in before, the tries of its neighbours do not count either. It never grows beyond its bounds.
 */
export class LoginThrottle implements LoginGate {
  readonly #steadyMs: () => number;
  readonly #byPair = new RecentTries(mostKept);
  readonly #byNetwork = new RecentTries(mostKept);
  readonly #byAccount = new RecentTries(mostKept);
  /** Pairs that have logged in, the one that did so last at the end. */
  readonly #known = new Set<string>();
  /** How many passwords are being checked, by network. */
  readonly #waiting = new Map<string, number>();

  constructor(steadyMs: () => number) {
    this.#steadyMs = steadyMs;
  }

  /**
   * Runs a try. It counts before it is known to be wrong, so that many at once are many. Throws `too_many_logins`, and what
   * `attempt` throws.
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
      // Nothing was guessed.
      if (isSatsumaError(error, 'store_unavailable', 'server_stopping')) {
        this.#byPair.forgive(pair);
        this.#forgive({ network, account, isKnown });
      }
      throw error;
    } finally {
      this.#wait(network, -1);
    }
  }

  /** Only this one try: whoever has an account of their own would guess the passwords of others for nothing. */
  #forgive({ network, account, isKnown }: { network: string; account: string; isKnown: boolean }): void {
    if (!isKnown) this.#byNetwork.forgive(network);
    this.#byAccount.forgive(account);
  }

  #know(pair: string): void {
    this.#known.delete(pair);
    this.#known.add(pair);
    const [oldest] = this.#known;
    if (this.#known.size > mostKept && oldest !== undefined) this.#known.delete(oldest);
  }

  #hasRoom(network: string): boolean {
    const all = [...this.#waiting.values()].reduce((sum, each) => sum + each, 0);
    return all < mostWaiting && (this.#waiting.get(network) ?? 0) < mostOfNetwork;
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
