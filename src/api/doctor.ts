import type { Finding } from '../model/finding.ts';

/** The answer to GET /apiv1/doctor. */
export interface Diagnosis {
  /** The server that was asked. */
  readonly server: {
    readonly version: string;
    readonly node: string;
    /** By its wall clock, when it answered. RFC 3339. */
    readonly time: string;
    /** How many servers share the store. */
    readonly servers: number;
  };
  readonly findings: readonly Finding[];
}
