/** A volume that is being copied to another engine, as the store keeps it until the copy is whole, or removed. */
export interface VolumeCopy {
  /** Of the volume, on both engines. */
  readonly name: string;
  /** Engines, by id. */
  readonly from: string;
  readonly to: string;
  /** RFC 3339. */
  readonly startedAt: string;
  /** The files are there and equal: only what helped to copy them is left to be removed. */
  readonly isWhole?: boolean;
}

/** On the volume that a copy makes, and on the containers that it makes to reach both volumes: the id of the copy. */
export const volumeCopyLabel = 'satsuma.volume-copy';

/** Held by the server that copies. */
export function volumeCopyLease(id: string): string {
  return `volume-copy/${id}`;
}
