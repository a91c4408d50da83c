/** The routers: Caddy on the engines that have a label, as replicas of a global service. One document. */
export interface RouterRecord {
  /** Whose replicas they are. */
  readonly service: string;
  /** HOST:PORT of the DNS servers that they ask where replicas are, and the domain that these answer for. */
  readonly dns: readonly string[];
  readonly dnsDomain: string;
  /** HOST:PORT of the servers that they ask whether a password is right. */
  readonly auth?: readonly string[];
  /** Whom the authority of certificates writes to. */
  readonly email?: string;
  /** What each of them has loaded, by engine. */
  readonly loaded: Readonly<Record<string, LoadedConfig>>;
  /** Why they could not load the last one, by engine: of a bounded number. */
  readonly failures: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly createdAt: string;
}

export interface LoadedConfig {
  readonly container: string;
  /** A hash of what it loaded. */
  readonly hash: string;
  /** Of Caddy, as it says itself: `2.6.2`. */
  readonly version: string;
  /** The highest version of a domain's document by then: a domain with a higher one is another one since. */
  readonly domainsAt?: number;
  /** Domains that Caddy refuses, which it does not serve: of a bounded number. */
  readonly refused?: Readonly<Record<string, RefusedDomain>>;
}

export interface RefusedDomain {
  /** The version of its document. */
  readonly at: number;
  readonly reason: string;
}

/** Of one router: where more are, it has nothing new. */
export const mostRefused = 50;

/** There is one. */
export const routerId = 'router';
export const defaultRouterImage = 'caddy:2';
export const defaultRouterService = 'router';
/** Certificates with their keys, and what a router served last: one of each on its engine. */
export const routerVolumes: readonly string[] = ['router-config', 'router-data'];
