import { isPassword, parseBasic } from '../../access/basic.ts';
import { type DigestHashes, isAnswered } from '../../access/digest/digest.ts';
import { parseDigest } from '../../access/digest/digest-header.ts';
import { Nonces } from '../../access/digest/nonces.ts';
import { isRouterToken, routerTokenHeader } from '../../labels/router-token.ts';
import { domainUserContext } from '../../model/domain.ts';
import { networkOf } from '../../model/host-address.ts';
import type { Cluster } from '../../state/cluster.ts';

/** Wrong answers per address and minute. Further ones are refused unchecked. */
const maxWrong = 60;
/** The same for one user of a domain, from all addresses. */
const maxWrongOfUser = 300;
const perMs = 60_000;
const maxCounted = 8_192;
const maxKeyLength = 100;

/** A visitor's request to a router. */
interface Visit {
  readonly domain: string;
  readonly method: string;
  /** As in the request. */
  readonly uri: string;
  readonly authorization: string | undefined;
  readonly address: string;
}

export type Verdict =
  | { readonly is: 'in'; readonly user: string }
  /** The challenges, strongest first. */
  | { readonly is: 'challenge'; readonly challenges: readonly string[] }
  | { readonly is: 'too many' }
  /** The domain has no passwords or does not exist: the router has an old configuration. */
  | { readonly is: 'unknown' };

/** Checks passwords of visitors of domains: HTTP Digest (RFC 7616) or Basic (RFC 7617). */
export class VisitorControl {
  readonly #cluster: Pick<Cluster, 'cache' | 'installation' | 'clock'>;
  readonly #nonces: Nonces;
  readonly #wrong = new Map<string, { readonly since: number; readonly count: number }>();

  constructor(cluster: Pick<Cluster, 'cache' | 'installation' | 'clock'>) {
    this.#cluster = cluster;
    this.#nonces = new Nonces(cluster.installation, () => cluster.clock.now());
  }

  /** Whether the caller is a router of this installation. Header names are in lower case. */
  isRouter(headerOf: (name: string) => string): boolean {
    return isRouterToken(this.#cluster.installation, headerOf(routerTokenHeader.toLowerCase()));
  }

  authorize({ domain, method, uri, authorization, address }: Visit): Verdict {
    const { users, auth } = this.#cluster.cache.domains.get(domain)?.value ?? {};
    if (!users) return { is: 'unknown' };
    if (auth === 'basic') return this.#authorizeBasic(domain, users, { authorization, address });
    if (authorization === undefined) return this.#challenge(domain, false);
    const fields = parseDigest(authorization);
    const counted = countedKeys(domain, address, fields?.username);
    // A visitor who was admitted before stays admitted, even if others guess from the same address or for the same user.
    const isProven = fields !== undefined && this.#nonces.isProven(fields.nonce);
    if (!isProven && counted.some(([key, max]) => this.#isBarred(key, max))) return { is: 'too many' };
    const count = () => counted.forEach(([key]) => void this.#count(key));
    const nonce = fields && this.#nonces.judge(fields.nonce, domain);
    if (!fields || nonce === 'unknown' || fields.realm !== domain || !isSamePage(fields.uri, uri)) {
      count();
      return this.#challenge(domain, false);
    }
    if (!isAnswered({ ...fields, method }, this.#hashesOf(domain, users, fields.username))) {
      count();
      return this.#challenge(domain, false);
    }
    // The password is right. The client repeats its request without asking the user.
    if (nonce === 'stale' || !this.#nonces.take(fields.nonce, domain, fields.nc)) return this.#challenge(domain, true);
    return { is: 'in', user: fields.username };
  }

  /** Basic sends the password with each request. After too many wrong ones, the address is refused. */
  #authorizeBasic(
    domain: string,
    users: Readonly<Record<string, string>>,
    { authorization, address }: Pick<Visit, 'authorization' | 'address'>,
  ): Verdict {
    const challenge: Verdict = { is: 'challenge', challenges: [`Basic realm="${domain}", charset="UTF-8"`] };
    if (authorization === undefined) return challenge;
    const fields = parseBasic(authorization);
    const counted = countedKeys(domain, address, fields?.user);
    if (counted.some(([key, max]) => this.#isBarred(key, max))) return { is: 'too many' };
    if (fields && isPassword(fields, domain, this.#hashesOf(domain, users, fields.user)))
      return { is: 'in', user: fields.user };
    for (const [key] of counted) this.#count(key);
    return challenge;
  }

  #hashesOf(domain: string, users: Readonly<Record<string, string>>, user: string): DigestHashes | undefined {
    // For an unknown user, another user's hash is checked, so that it takes as long.
    const encrypted = Object.hasOwn(users, user) ? users[user] : Object.values(users)[0];
    const text = encrypted && this.#cluster.installation.decrypt(encrypted, domainUserContext(domain, user));
    return text ? (JSON.parse(text) as DigestHashes) : undefined;
  }

  #challenge(domain: string, isStale: boolean): Verdict {
    const nonce = this.#nonces.make(domain);
    const challenges = ['SHA-256', 'MD5'].map((algorithm) => {
      const stale = isStale ? ', stale=true' : '';
      return `Digest realm="${domain}", qop="auth", algorithm=${algorithm}, nonce="${nonce}"${stale}`;
    });
    return { is: 'challenge', challenges };
  }

  #isBarred(key: string, max: number): boolean {
    const known = this.#wrong.get(key);
    if (!known || this.#cluster.clock.steadyMs() - known.since > perMs) return false;
    return known.count >= max;
  }

  /** Bounded: the oldest are removed first. */
  #count(key: string): void {
    const now = this.#cluster.clock.steadyMs();
    const known = this.#wrong.get(key);
    const isOld = !known || now - known.since > perMs;
    if (isOld) this.#wrong.delete(key);
    const [oldest] = this.#wrong.keys();
    if (isOld && oldest !== undefined && this.#wrong.size >= maxCounted) this.#wrong.delete(oldest);
    this.#wrong.set(key, isOld ? { since: now, count: 1 } : { since: known.since, count: known.count + 1 });
  }
}

/** The keys for which wrong answers are counted, and the limit of each. */
function countedKeys(domain: string, address: string, user: string | undefined) {
  return [
    [`network ${networkOf(address.slice(0, maxKeyLength))}`, maxWrong],
    [userKey(domain, user), maxWrongOfUser],
  ] as const;
}

/** A client may send any user name. This key has a bounded length. */
function userKey(domain: string, user = ''): string {
  return `user ${domain} ${user.slice(0, maxKeyLength)}`;
}

/** Compares escaped paths, because a router may escape what a client did not. */
function isSamePage(one: string, other: string): boolean {
  return one === other || escaped(one) === escaped(other);
}

function escaped(uri: string): string {
  const text = uri.replace(/[^\x21-\x7e]|["<>\\^`{|}]/gu, (character) => encodeURIComponent(character));
  return text.replace(/%[0-9a-f]{2}/gi, (each) => each.toUpperCase());
}
