/** A body for POST /apiv1/engine. */
export interface EngineBody {
  readonly id: string;
  readonly addr: string;
  readonly labels: readonly string[];
}

/** Where the demo runs its containers. */
export interface Hosts {
  readonly engines: readonly EngineBody[];
  /** Paths, for the configuration; left out where no engine is reached over TLS. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
  /** `demo/busybox:1` comes to every engine, `demo/rare:1` to the last one only. */
  importImages(): Promise<void>;
  /** Whether `redis:latest` is a redis that can be talked to. */
  readonly hasRedis: boolean;
  down(): Promise<void>;
}
