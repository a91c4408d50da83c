import type { Cluster } from '../../state/cluster.ts';
import { warnDays } from './certificate-finding.ts';
import { type KnownCertificate, knownCertificates } from './known-certificates.ts';

const dayMs = 86_400_000;
const firstLookMs = 60_000;
const lookEveryMs = 3_600_000;

/** Logs each certificate that expires within 30 days, once a day. */
export class ExpiryWarnings {
  readonly #cluster: Pick<Cluster, 'pool' | 'cache' | 'logger'>;
  readonly #apiPem: () => string | undefined;
  readonly #warnedAt = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(cluster: Pick<Cluster, 'pool' | 'cache' | 'logger'>, apiPem: () => string | undefined) {
    this.#cluster = cluster;
    this.#apiPem = apiPem;
  }

  /** Starts with a delay, so that engines have presented their certificates. */
  start(): void {
    this.#timer = setTimeout(() => {
      this.look();
      this.#timer = setInterval(() => this.look(), lookEveryMs).unref();
    }, firstLookMs).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  look(now = Date.now()): void {
    const known = knownCertificates(this.#cluster, this.#apiPem());
    const keys = new Set(known.map(keyOf));
    for (const key of this.#warnedAt.keys()) if (!keys.has(key)) this.#warnedAt.delete(key);
    for (const certificate of known) {
      const { kind, facts } = certificate;
      const key = keyOf(certificate);
      const days = Math.floor((Date.parse(facts.notAfter) - now) / dayMs);
      if (days >= warnDays || now - (this.#warnedAt.get(key) ?? Number.NEGATIVE_INFINITY) < dayMs) continue;
      this.#warnedAt.set(key, now);
      const { name, notAfter } = facts;
      this.#cluster.logger.warn({ kind, name, notAfter, days }, 'certificate expires soon, or has expired');
    }
  }
}

function keyOf({ kind, facts }: KnownCertificate): string {
  return `${kind}/${facts.name}/${facts.fingerprint}`;
}
