import type { ContainerDetail, ContainerSummary } from './container.ts';

/** The state of one container, as the store keeps it for the servers that do not follow its engine. */
export interface ContainerFact {
  readonly engineId: string;
  /** RFC 3339, by the store's clock: when the engine was queried. */
  readonly observedAt: string;
  readonly summary: ContainerSummary;
  /** The project, for containers of Satsuma. */
  readonly project?: string;
  /** Absent: the container was not inspected yet, or inspecting it failed. */
  readonly detail?: ContainerDetail;
  /** Why inspecting it failed. */
  readonly failure?: string;
}

/** Includes the engine id, because a hostile engine can list the container id of another engine. */
export function containerFactId(engineId: string, containerId: string): string {
  return `${engineId}/${containerId}`;
}
