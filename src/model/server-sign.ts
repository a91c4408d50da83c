import type { CertificateFacts } from './certificate.ts';

/** A server's sign of life, as the store keeps it. */
export interface ServerSign {
  /** RFC 3339, by the server's own wall clock. */
  readonly beat: string;
  /** By how many milliseconds that clock was ahead of the store's. Left out by older releases. */
  readonly aheadMs?: number;
  /** Its machine, as that calls itself. Left out by older releases. */
  readonly host?: string;
  /** It counts what projects hold of their quotas. Left out by older releases. */
  readonly countsQuotas?: true;
  /** Left out by older releases. */
  readonly certificates?: ServerCertificates;
}

/** What one server shows, and whom it believes. */
export interface ServerCertificates {
  /** Fingerprints of the authorities of engines (`ca-cert`); empty: it reaches engines over sockets. */
  readonly trusts: readonly string[];
  /** Its `ssl-cert`. */
  readonly client?: CertificateFacts;
  /** What its API is served with. */
  readonly api?: CertificateFacts;
}
