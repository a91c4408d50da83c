/** The body of POST /apiv1/upload. */
export interface NewUpload {
  /** The bytes of the whole. */
  readonly size: number;
  /** The digest of the whole, in hexadecimal. */
  readonly sha256: string;
}

export interface Upload extends NewUpload {
  readonly id: string;
  /** The number of bytes that the server has: the next ones go there. */
  readonly offset: number;
}
