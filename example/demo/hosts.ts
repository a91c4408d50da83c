/** A body for POST /apiv1/engine. */
interface EngineBody {
  readonly id: string;
  readonly addr: string;
  readonly labels: readonly string[];
}

/** The engines of the demo. */
export interface Hosts {
  readonly engines: readonly EngineBody[];
  /** Paths for the configuration; absent if no engine uses TLS. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
  /** Imports `demo/busybox:1` on every engine, and `demo/rare:1` on the last one only. */
  importImages(): Promise<void>;
  /** Whether `redis:latest` is a real Redis. */
  readonly hasRedis: boolean;
  down(): Promise<void>;
}
