/** A certificate. Fingerprints are SHA-256, in hexadecimal. */
export interface CertificateView {
  readonly fingerprint: string;
  /** The fingerprint of the authority that signed it; null: none that the server believes. */
  readonly authority: string | null;
  /** RFC 3339. */
  readonly not_after: string;
}

/** The certificates of one server. */
export interface ServerCertificatesView {
  readonly id: string;
  /** Its machine; null: it does not tell. */
  readonly host: string | null;
  /** Fingerprints of the authorities of engines; null: it is of an older release and does not tell. */
  readonly trusts: readonly string[] | null;
  /** What it shows to engines. */
  readonly client: CertificateView | null;
  /** What its API is served with. */
  readonly api: CertificateView | null;
}

/** The answer to GET /apiv1/certificates. */
export interface CertificatesView {
  readonly servers: readonly ServerCertificatesView[];
  /** What each engine showed to the server that was asked, at the last handshake. */
  readonly engines: readonly (CertificateView & { readonly id: string })[];
}
