/** The answer to GET /apiv1/version. */
export interface ServerVersion {
  readonly version: string;
  /** The version of Node.js that the server runs on. */
  readonly node: string;
}
