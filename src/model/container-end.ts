/**
 * The lifecycle of a container that ended soon after its start, or was removed as soon as it ended, from its engine's
 * events.
 */
export interface ContainerEnd {
  readonly engineId: string;
  readonly containerId: string;
  readonly name: string;
  readonly image: string;
  /** The project, for containers of Satsuma. */
  readonly project?: string;
  readonly exitCode?: number;
  /** RFC 3339, from the start event. Absent: it started before the server watched the engine. */
  readonly startedAt?: string;
  readonly diedAt: string;
  /** Absent: the container still exists. */
  readonly destroyedAt?: string;
}
