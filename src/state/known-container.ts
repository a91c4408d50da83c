import type { ContainerDetail, ContainerSummary } from '../model/container.ts';

/** The cached state of one container. */
export interface KnownContainer {
  readonly engineId: string;
  summary: ContainerSummary;
  /** When its engine was queried, by the store's clock; `summary.status` is relative to it. */
  readonly reportedAt: number;
  /** When its engine last confirmed it: 0 for a container known from its record only. */
  confirmedAt: number;
  /** Another server's inspection; this server's are in its DetailCache. */
  detail?: ContainerDetail | undefined;
  /** Why there is no detail. */
  failure?: string | undefined;
  /** For a container that never ran: when this process first saw it, by its own clock. */
  readonly unstartedSince?: number | undefined;
}
