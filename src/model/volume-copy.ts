/** A copy of a volume to another engine, as the store keeps it until it is complete or removed. */
export interface VolumeCopy {
  /** The name of the volume, on both engines. */
  readonly name: string;
  /** Engines, by id. */
  readonly from: string;
  readonly to: string;
  /** RFC 3339. */
  readonly startedAt: string;
  /** All files are copied and verified; only the helper containers remain to be removed. */
  readonly isWhole?: boolean;
}

/** On the copied volume, and on the helper containers that mount both volumes: the id of the copy. */
export const volumeCopyLabel = 'satsuma.volume-copy';

/** The lease of the server that copies. */
export function volumeCopyLease(id: string): string {
  return `volume-copy/${id}`;
}
