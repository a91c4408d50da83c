/** The body of PUT /apiv1/router. */
export interface RouterBody {
  /** A router runs on each engine with all of these labels. */
  readonly labels: readonly string[];
  /** Default: `caddy:2`. */
  readonly image?: string;
  /** HOST:PORT of Satsuma's DNS servers. Default: from the configuration. */
  readonly dns?: readonly string[];
  /** HOST:PORT of the servers that check passwords. Default: from the configuration. */
  readonly auth?: readonly string[];
  /** The contact address for the certificate authority. */
  readonly email?: string;
}

export interface Router {
  /** The service whose replicas are the routers. */
  readonly service: string;
  readonly image: string;
  readonly labels: readonly string[];
  readonly dns: readonly string[];
  readonly auth?: readonly string[];
  readonly email?: string;
  readonly routers: readonly RouterMember[];
  /** RFC 3339. */
  readonly created_at: string;
}

export interface RouterMember {
  readonly engine: string;
  readonly container: string | null;
  /** `ready`: it has loaded the current configuration. `loading`: it is about to. */
  readonly state: 'ready' | 'loading' | 'failed' | 'waiting';
  /** Caddy's version. */
  readonly version?: string;
  readonly problem?: string;
  /** Domains that its Caddy refuses; it serves all others. */
  readonly refused?: readonly RefusedDomain[];
}

export interface RefusedDomain {
  readonly domain: string;
  readonly problem: string;
}
