/** A container that ended soon after its start, or was removed as soon as it ended: what its engine told of it. */
export interface ContainerEnd {
  readonly engineId: string;
  readonly containerId: string;
  readonly name: string;
  readonly image: string;
  /** Of one of ours. */
  readonly project?: string;
  readonly exitCode?: number;
  /** RFC 3339, when it was told. Left out: before anybody listened. */
  readonly startedAt?: string;
  readonly diedAt: string;
  /** Left out: it is there still. */
  readonly destroyedAt?: string;
}
