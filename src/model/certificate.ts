/** A certificate's name and expiry. */
export interface CertificateDates {
  readonly name: string;
  /** RFC 3339. */
  readonly notAfter: string;
}

/** A certificate and its issuer. Fingerprints are SHA-256, in hexadecimal without colons. */
export interface CertificateFacts extends CertificateDates {
  readonly fingerprint: string;
  /** The fingerprint of the issuing authority. Absent: no trusted authority issued it. */
  readonly authority?: string;
}
