interface Address {
  readonly host: string;
  readonly port: number;
}

/** Where a server answers for the names of services, and for visitors of domains. */
export interface DiscoverySettings {
  /** The DNS server for hosts outside. */
  readonly dns: Address;
  /** Where routers ask whether the password of a visitor is right; left out: nowhere. */
  readonly auth?: Address;
  /** The names of services are below it. */
  readonly domain: string;
  /** Addresses of DNS servers that containers in networks ask for the names of services. */
  readonly resolvers?: readonly string[];
}
