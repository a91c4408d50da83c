import type { CertificateFacts } from './certificate.ts';

/** A server's heartbeat, as the store keeps it. */
export interface ServerHeartbeat {
  /** RFC 3339, by the server's own wall clock. */
  readonly beat: string;
  /** How many milliseconds that clock was ahead of the store's. Absent in older releases. */
  readonly aheadMs?: number;
  /** Its host name. Absent in older releases. */
  readonly host?: string;
  /** It enforces quotas. Absent in older releases. */
  readonly countsQuotas?: true;
  /** Absent in older releases. */
  readonly certificates?: ServerCertificates;
}

/** The certificates that one server uses and trusts. */
export interface ServerCertificates {
  /** Fingerprints of the trusted engine authorities (`ca-cert`); empty if engines are reached over sockets. */
  readonly trusts: readonly string[];
  /** Its `ssl-cert`. */
  readonly client?: CertificateFacts;
  /** The certificate of its API. */
  readonly api?: CertificateFacts;
}
