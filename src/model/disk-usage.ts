/** What Docker keeps on the disk of an engine, in bytes. */
export interface DiskUsage {
  /** `unusedBytes`: of what no container has. */
  readonly images: DiskPart;
  /** Files that containers wrote beside their volumes. `unusedBytes`: of those that do not run. */
  readonly containers: DiskPart;
  readonly volumes: DiskPart;
  readonly buildCache: DiskPart;
}

export interface DiskPart {
  readonly bytes: number;
  readonly unusedBytes: number;
}
