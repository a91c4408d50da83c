import type { ContainerDetail, ContainerSummary } from './container.ts';

/** What is known of one container of an engine, as the store keeps it for the servers that do not follow the engine. */
export interface ContainerFact {
  readonly engineId: string;
  /** RFC 3339, by the store's clock: when the engine was asked. */
  readonly observedAt: string;
  readonly summary: ContainerSummary;
  /** Of one of ours. */
  readonly project?: string;
  /** Left out: the container was not inspected yet, or could not be. */
  readonly detail?: ContainerDetail;
  /** Why it could not be inspected. */
  readonly failure?: string;
}

/** Two engines may list the same id: nobody keeps a hostile engine from it. */
export function containerFactId(engineId: string, containerId: string): string {
  return `${engineId}/${containerId}`;
}
