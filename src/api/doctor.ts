import type { Finding } from '../model/finding.ts';

/** The answer to GET /apiv1/doctor. */
export interface Diagnosis {
  /** The server that answered. */
  readonly server: {
    readonly version: string;
    readonly node: string;
    /** Its wall clock at the time of the answer. RFC 3339. */
    readonly time: string;
    /** How many servers share the store. */
    readonly servers: number;
  };
  readonly findings: readonly Finding[];
}
