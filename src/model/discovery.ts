interface Address {
  readonly host: string;
  readonly port: number;
}

/** Addresses of a server's DNS, and of its password check for domains. */
export interface DiscoverySettings {
  /** The DNS server, for hosts outside of the cluster's networks. */
  readonly dns: Address;
  /** Where routers check the passwords of visitors. Absent: nowhere. */
  readonly auth?: Address;
  /** The DNS suffix of service names. */
  readonly domain: string;
  /** Addresses of the DNS servers that containers in networks use for service names. */
  readonly resolvers?: readonly string[];
}
