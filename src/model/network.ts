/** A network of an engine. */
export interface Network {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  /** `local`, or `swarm` of a network over engines in Docker's Swarm mode. */
  readonly scope: string;
  readonly isInternal: boolean;
  readonly isAttachable: boolean;
  readonly isIPv6: boolean;
  readonly subnets: readonly Subnet[];
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  /** RFC 3339; empty where the engine does not tell. */
  readonly createdAt: string;
}

export interface Subnet {
  readonly subnet: string;
  readonly gateway?: string | undefined;
  readonly ip_range?: string | undefined;
}

/** With the containers that run in it. */
export interface NetworkDetail extends Network {
  readonly containers: readonly NetworkMember[];
}

export interface NetworkMember {
  readonly id: string;
  readonly name: string;
  /** With their prefix length; empty where it has none. */
  readonly ipv4: string;
  readonly ipv6: string;
  readonly mac: string;
}

/** `unclear`: why some networks are left out. */
export interface NetworkList extends ReadonlyArray<Network> {
  readonly unclear?: string;
}

/** What to create. */
export interface NetworkSpec {
  readonly name: string;
  readonly driver?: string | undefined;
  readonly isInternal?: boolean | undefined;
  readonly isAttachable?: boolean | undefined;
  readonly isIPv6?: boolean | undefined;
  readonly subnets?: readonly Subnet[] | undefined;
  readonly options?: Readonly<Record<string, string>> | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** How a container is in a network. */
export interface NetworkEndpoint {
  readonly aliases?: readonly string[] | undefined;
  readonly ip?: string | undefined;
  readonly ip6?: string | undefined;
}

/** Those that each engine has from the start. */
const predefined = ['bridge', 'host', 'none', 'default', 'docker_gwbridge', 'ingress'];

export function isPredefinedNetwork(name: string): boolean {
  return predefined.includes(name);
}
