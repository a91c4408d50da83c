/** The body of PUT /apiv1/router. */
export interface RouterBody {
  /** Labels of the engines; each has a router that has all of them. */
  readonly labels: readonly string[];
  /** Left out: `caddy:2`. */
  readonly image?: string;
  /** HOST:PORT of Satsuma's DNS servers. Left out: that of the configuration. */
  readonly dns?: readonly string[];
  /** HOST:PORT of servers that say whether a password is right. Left out: that of the configuration. */
  readonly auth?: readonly string[];
  /** Whom the authority of certificates writes to. */
  readonly email?: string;
}

export interface Router {
  /** Its replicas are the routers. */
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
  /** `ready`: it has loaded what is asked for now. `loading`: it is about to. */
  readonly state: 'ready' | 'loading' | 'failed' | 'waiting';
  /** Of Caddy. */
  readonly version?: string;
  readonly problem?: string;
  /** Domains that its Caddy refuses: it serves all others. */
  readonly refused?: readonly RefusedDomain[];
}

export interface RefusedDomain {
  readonly domain: string;
  readonly problem: string;
}
