import type { Protocol } from '../model/image-config.ts';

/** The address of a replica in service. */
export interface CatalogEntry {
  readonly service: string;
  readonly slot: string;
  readonly engine: string;
  readonly container: string;
  readonly host: string;
  readonly port: number;
  readonly container_port: number;
  readonly proto: Protocol;
  /** Since when its engine has been unreachable. RFC 3339. */
  readonly unreachable_since?: string;
}

/** In the format of Prometheus' http_sd. */
export interface TargetGroup {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}
