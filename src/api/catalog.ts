import type { Protocol } from '../model/image-config.ts';

/** Where a replica that serves can be reached. */
export interface CatalogEntry {
  readonly service: string;
  readonly slot: string;
  readonly engine: string;
  readonly container: string;
  readonly host: string;
  readonly port: number;
  readonly container_port: number;
  readonly proto: Protocol;
  /** Of a replica whose engine does not answer: since when. RFC 3339. */
  readonly unreachable_since?: string;
}

/** As Prometheus' http_sd reads it. */
export interface TargetGroup {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}
