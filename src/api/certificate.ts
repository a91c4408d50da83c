/** A certificate. Fingerprints are SHA-256, in hexadecimal. */
export interface CertificateView {
  readonly fingerprint: string;
  /** The fingerprint of the issuing authority; null: no authority that the server trusts. */
  readonly authority: string | null;
  /** RFC 3339. */
  readonly not_after: string;
}

/** The certificates of one server. */
export interface ServerCertificatesView {
  readonly id: string;
  /** Its host name; null: unknown. */
  readonly host: string | null;
  /**
   * Fingerprints of the trusted engine authorities; null: the server is of an older release and does not report them.
   */
  readonly trusts: readonly string[] | null;
  /** Its client certificate for engines. */
  readonly client: CertificateView | null;
  /** The certificate of its API. */
  readonly api: CertificateView | null;
}

/** The answer to GET /apiv1/certificates. */
export interface CertificatesView {
  readonly servers: readonly ServerCertificatesView[];
  /** The certificate that each engine presented to this server in the last handshake. */
  readonly engines: readonly (CertificateView & { readonly id: string })[];
}
