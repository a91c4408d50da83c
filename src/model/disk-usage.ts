/** Docker's disk usage on one engine, in bytes. */
export interface DiskUsage {
  /** `unusedBytes`: images that no container uses. */
  readonly images: DiskPart;
  /** The writable layers of containers. `unusedBytes`: of stopped containers. */
  readonly containers: DiskPart;
  readonly volumes: DiskPart;
  readonly buildCache: DiskPart;
}

export interface DiskPart {
  readonly bytes: number;
  readonly unusedBytes: number;
}
