import type { CertificateDates } from './certificate.ts';

/** Ordered from best to worst. */
export const findingStatuses = ['ok', 'warning', 'problem'] as const;
export type FindingStatus = (typeof findingStatuses)[number];

/** The result of one diagnostic check on one subject. */
export interface Finding {
  /** The check, like `engine.clock`. Stable. */
  readonly check: string;
  /** The subject: an engine's id, the store, a certificate. */
  readonly subject: string;
  readonly status: FindingStatus;
  /** A sentence. */
  readonly message: string;
  /** How to fix it. */
  readonly remedy?: string;
}

/** The setup of a Docker daemon. */
export interface EngineSetup {
  readonly version: string;
  readonly storageDriver: string;
  readonly isLiveRestore: boolean;
  readonly isInSwarm: boolean;
  /** Warnings of the daemon itself. */
  readonly warnings: readonly string[];
  /** Its wall clock, in milliseconds since 1970. */
  readonly timeMs: number;
  /** The daemon's server certificate; undefined: the daemon is reached over a socket. */
  readonly certificate: CertificateDates | undefined;
}
