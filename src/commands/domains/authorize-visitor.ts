import { type DigestHashes, isAnswered } from '../../access/digest/digest.ts';
import { parseDigest } from '../../access/digest/digest-header.ts';
import { Nonces } from '../../access/digest/nonces.ts';
import { domainUserContext } from '../../model/domain.ts';
import type { Cluster } from '../../state/cluster.ts';

/** Wrong answers of one visitor in a minute; after them, none is looked at. */
const mostWrong = 60;
const perMs = 60_000;
const mostVisitors = 4_096;

/** What a visitor asks a router for. */
export interface Visit {
  readonly domain: string;
  readonly method: string;
  /** As it stands in the request. */
  readonly uri: string;
  readonly authorization: string | undefined;
  readonly address: string;
}

export type Verdict =
  | { readonly is: 'in'; readonly user: string }
  /** The challenges, strongest first. */
  | { readonly is: 'challenge'; readonly challenges: readonly string[] }
  | { readonly is: 'too many' }
  /** Nobody needs a password there, or there is no such domain: a router that asks has an old configuration. */
  | { readonly is: 'unknown' };

/** Says whether visitors of domains may come in: HTTP Digest, RFC 7616. */
export class VisitorControl {
  readonly #cluster: Pick<Cluster, 'cache' | 'installation' | 'clock'>;
  readonly #nonces: Nonces;
  readonly #wrong = new Map<string, { readonly since: number; readonly count: number }>();

  constructor(cluster: Pick<Cluster, 'cache' | 'installation' | 'clock'>) {
    this.#cluster = cluster;
    this.#nonces = new Nonces(cluster.installation, () => cluster.clock.now());
  }

  authorize({ domain, method, uri, authorization, address }: Visit): Verdict {
    const users = this.#cluster.cache.domains.get(domain)?.value.users;
    if (!users) return { is: 'unknown' };
    if (authorization === undefined) return this.#challenge(domain, false);
    if (this.#isBarred(address)) return { is: 'too many' };
    const fields = parseDigest(authorization);
    const nonce = fields && this.#nonces.judge(fields.nonce, domain);
    if (!fields || nonce === 'unknown' || fields.realm !== domain || fields.uri !== uri) {
      this.#count(address);
      return this.#challenge(domain, false);
    }
    if (!isAnswered({ ...fields, method }, this.#hashesOf(domain, users, fields.username))) {
      this.#count(address);
      return this.#challenge(domain, false);
    }
    // The password is right, and the client asks nobody for it again.
    if (nonce === 'stale' || !this.#nonces.take(fields.nonce, domain, fields.nc)) return this.#challenge(domain, true);
    return { is: 'in', user: fields.username };
  }

  #hashesOf(domain: string, users: Readonly<Record<string, string>>, user: string): DigestHashes | undefined {
    const encrypted = Object.hasOwn(users, user) ? users[user] : undefined;
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

  #isBarred(address: string): boolean {
    const known = this.#wrong.get(address);
    if (!known || this.#cluster.clock.steadyMs() - known.since > perMs) return false;
    return known.count >= mostWrong;
  }

  #count(address: string): void {
    const now = this.#cluster.clock.steadyMs();
    const known = this.#wrong.get(address);
    const isOld = !known || now - known.since > perMs;
    if (isOld && this.#wrong.size >= mostVisitors) {
      for (const [each, { since }] of this.#wrong) if (now - since > perMs) this.#wrong.delete(each);
      if (this.#wrong.size >= mostVisitors) this.#wrong.clear();
    }
    this.#wrong.set(address, isOld ? { since: now, count: 1 } : { since: known.since, count: known.count + 1 });
  }
}
