/**
 * An amount of something countable on one engine. It fits when the sum of all claims with its key, plus `amount`, is at
 * most `limit`. Integers only, so that sums are exact. `limit: null`: counted, never refused.
 */
export interface Claim {
  readonly key: string;
  readonly amount: number;
  readonly limit: number | null;
}

/**
 * The capacity of one port: each binding on a single address takes one unit, a binding on all addresses takes all of
 * them.
 */
export const allAddresses = 65_536;

/** The sums of an engine's claims by key. A missing key sums to 0. */
export type ClaimSums = ReadonlyMap<string, number>;

export const claimKeys = {
  cpu: 'cpu',
  memory: 'memory',
  port: (proto: string, port: number): string => `port/${proto}/${port}`,
  portAt: (portKey: string, address: string): string => `${portKey}/${address}`,
  image: (canonicalName: string): string => `image/${canonicalName}`,
  name: (containerName: string): string => `name/${containerName}`,
  service: (name: string): string => `service/${name}`,
  resource: (name: string): string => `resource/${name}`,
} as const;

const portPrefix = 'port/';

export function isPortClaim({ key }: Pick<Claim, 'key'>): boolean {
  return key.startsWith(portPrefix);
}

export function isNameClaim({ key }: Pick<Claim, 'key'>): boolean {
  return key.startsWith(claimKeys.name(''));
}

/** The total claimed amount of the key. */
export function amountOf({ claims }: { readonly claims: readonly Claim[] }, key: string): number {
  return claims.reduce((sum, claim) => (claim.key === key ? sum + claim.amount : sum), 0);
}

/** The first claim that does not fit into the sums. */
export function firstUnfit(claims: readonly Claim[], sums: ClaimSums): Claim | undefined {
  return claims.find(({ key, amount, limit }) => limit !== null && (sums.get(key) ?? 0) + amount > limit);
}
