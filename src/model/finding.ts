import type { CertificateDates } from './certificate.ts';

/** From the least to the worst. */
export const findingStatuses = ['ok', 'warning', 'problem'] as const;
export type FindingStatus = (typeof findingStatuses)[number];

/** What an examination found out about one thing. */
export interface Finding {
  /** What was looked at, like `engine.clock`. Stable. */
  readonly check: string;
  /** Of which thing: an engine's id, the store, a certificate. */
  readonly subject: string;
  readonly status: FindingStatus;
  /** A sentence. */
  readonly message: string;
  /** What to do. */
  readonly remedy?: string;
}

/** How a Docker daemon is set up. */
export interface EngineSetup {
  readonly version: string;
  readonly storageDriver: string;
  readonly isLiveRestore: boolean;
  readonly isInSwarm: boolean;
  /** What the daemon itself warns of. */
  readonly warnings: readonly string[];
  /** Its wall clock, in milliseconds since 1970. */
  readonly timeMs: number;
  /** What it shows to its clients; undefined: it is reached over a socket. */
  readonly certificate: CertificateDates | undefined;
}
