/** The routers: Caddy on labelled engines, as replicas of a global service. One document. */
export interface RouterRecord {
  /** The service of the routers. */
  readonly service: string;
  /** HOST:PORT of the DNS servers that resolve replicas, and their DNS domain. */
  readonly dns: readonly string[];
  readonly dnsDomain: string;
  /** HOST:PORT of the servers that check passwords. */
  readonly auth?: readonly string[];
  /** The contact address for the certificate authority. */
  readonly email?: string;
  /** The configuration that each router has loaded, by engine. */
  readonly loaded: Readonly<Record<string, LoadedConfig>>;
  /** Why loading the latest configuration failed, by engine; limited in number. */
  readonly failures: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly createdAt: string;
}

export interface LoadedConfig {
  readonly container: string;
  /** A hash of the loaded configuration. */
  readonly hash: string;
  /** Caddy's version, as it reports it: `2.6.2`. */
  readonly version: string;
  /**
   * The highest version of all domain documents when it was loaded. A domain with a higher version has changed since.
   */
  readonly domainsAt?: number;
  /** Domains that Caddy refused and does not serve; limited in number. */
  readonly refused?: Readonly<Record<string, RefusedDomain>>;
}

export interface RefusedDomain {
  /** The version of the domain's document. */
  readonly at: number;
  readonly reason: string;
}

/** Per router: with more refusals, its configuration is not updated. */
export const maxRefused = 50;

/** The id of the only document. */
export const routerId = 'router';
export const defaultRouterImage = 'caddy:2';
export const defaultRouterService = 'router';
/** Volumes on each router's engine: certificates with their keys, and the last configuration. */
export const routerVolumes: readonly string[] = ['router-config', 'router-data'];
/** The engine id. */
export const routerPorts = [
  { proto: 'tcp', port: 80 },
  { proto: 'tcp', port: 443 },
  { proto: 'udp', port: 443 },
] as const;
