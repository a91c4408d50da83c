/** The answer to GET /apiv1/version. */
export interface ServerVersion {
  readonly version: string;
  /** The Node.js that it runs on. */
  readonly node: string;
}
