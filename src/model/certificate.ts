/** A certificate, as far as its end is asked for. */
export interface CertificateDates {
  readonly name: string;
  /** RFC 3339. */
  readonly notAfter: string;
}

/** A certificate and who signed it. Fingerprints are SHA-256, in hexadecimal without colons. */
export interface CertificateFacts extends CertificateDates {
  readonly fingerprint: string;
  /** The fingerprint of the authority that signed it; left out: none of those that are believed here. */
  readonly authority?: string;
}
