import type { ContainerDetail, ContainerSummary } from '../model/container.ts';

/** What is known of one container of an engine. */
export interface KnownContainer {
  readonly engineId: string;
  summary: ContainerSummary;
  /** When its engine was asked, by the store's clock: `summary.status` counts from then. */
  readonly reportedAt: number;
  /** When its engine last said so: 0 for a container that only its record tells of. */
  confirmedAt: number;
  /** As another server inspected it; what this server inspected is in its DetailCache. */
  detail?: ContainerDetail | undefined;
  /** Why there is no detail. */
  failure?: string | undefined;
  /** Of one that never ran: when this process first saw that, by its own clock. */
  readonly unstartedSince?: number | undefined;
}
