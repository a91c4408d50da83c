/** A network of an engine. */
export interface Network {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  /** `local`, or `swarm` for an overlay network in Docker's Swarm mode. */
  readonly scope: string;
  readonly isInternal: boolean;
  readonly isAttachable: boolean;
  readonly isIPv6: boolean;
  readonly subnets: readonly Subnet[];
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  /** RFC 3339; empty if the engine does not report it. */
  readonly createdAt: string;
}

export interface Subnet {
  readonly subnet: string;
  readonly gateway?: string | undefined;
  readonly ip_range?: string | undefined;
}

/** A network with its running containers. */
export interface NetworkDetail extends Network {
  readonly containers: readonly NetworkMember[];
}

export interface NetworkMember {
  readonly id: string;
  readonly name: string;
  /** With prefix length; empty if it has none. */
  readonly ipv4: string;
  readonly ipv6: string;
  readonly mac: string;
}

/** `unclear`: why some networks are missing. */
export interface NetworkList extends ReadonlyArray<Network> {
  readonly unclear?: string;
}

/** A network to create. */
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

/** The options of a container's attachment to a network. */
export interface NetworkEndpoint {
  readonly aliases?: readonly string[] | undefined;
  readonly ip?: string | undefined;
  readonly ip6?: string | undefined;
}

/** Networks that exist on every engine. */
const predefined = ['bridge', 'host', 'none', 'default', 'docker_gwbridge', 'ingress'];

export function isPredefinedNetwork(name: string): boolean {
  return predefined.includes(name);
}

/** On a network for which no engine was named. While no container is in it, it can go where its first one is. */
const movableLabel = 'satsuma.network.movable';
/** The id that a network had before it went to another engine: its clients know it by that. */
const knownIdLabel = 'satsuma.network.id';

type Labelled = Pick<Network, 'labels'>;

export function isMovable({ labels }: Labelled): boolean {
  return movableLabel in labels;
}

/** Undefined: it has the id that clients know. */
export function knownIdOf({ labels }: Labelled): string | undefined {
  return labels[knownIdLabel];
}

/** Subnets stay where they are: the addresses may be taken on another engine. */
export function madeMovable(spec: NetworkSpec): NetworkSpec {
  return spec.subnets?.length ? spec : { ...spec, labels: { ...spec.labels, [movableLabel]: 'true' } };
}

/** The labels that it has on its next engine. */
export function movedFrom({ id, labels }: Pick<Network, 'id' | 'labels'>): Network['labels'] {
  return { [knownIdLabel]: id, ...labels };
}

/** As its clients know it. */
export function ownLabelsOf({
  [movableLabel]: _,
  [knownIdLabel]: __,
  ...labels
}: Network['labels']): Network['labels'] {
  return labels;
}
