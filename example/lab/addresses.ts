/** The addresses of lab number N on this machine: 10.213.N.0/24. All are computed, so nothing has to be stored. */
interface LabAddresses {
  /** The machine's end of the link. Its name is also the lock on the number, because creating a link is atomic. */
  readonly link: string;
  readonly machine: string;
  readonly registry: string;
  readonly prefix: number;
}

export const maxEngines = 200;
const networkCount = 256;
const firstEngine = 10;

export function addressesOf(network: number): LabAddresses {
  const subnet = `10.213.${network}`;
  return { link: `satsuma${network}`, machine: `${subnet}.1`, registry: `${subnet}.2`, prefix: 24 };
}

/** Engine `n`, from 1, of lab `network`. */
export function engineAddress(network: number, n: number): string {
  return `10.213.${network}.${firstEngine + n}`;
}

/** Constant for an address, so that ARP caches stay valid when an engine's host is restarted. */
export function engineMac(network: number, n: number): string {
  return `02:d5:00:00:${hexByte(network)}:${hexByte(n)}`;
}

/**
 * Of the switch, and so of the registry. By default a bridge uses the lowest address of its ports, and changes with
 * them.
 */
export function switchMac(network: number): string {
  return engineMac(network, 0);
}

/**
 * The lab numbers without a route on this machine, in order. `routes`: the output of `ip -json route`. A route to more
 * than 10.213.0.0/16, such as a VPN's 10.0.0.0/8, does not matter: ours is more specific.
 */
export function freeNetworks(routes: readonly { readonly dst: string }[]): number[] {
  const taken = new Set(
    routes.map(({ dst }) => /^10\.213\.(\d+)\.\d+/.exec(dst)).flatMap((match) => (match ? Number(match[1]) : [])),
  );
  const isWhole = routes.some(({ dst }) => dst === '10.213.0.0/16');
  return isWhole
    ? []
    : Array.from({ length: networkCount }, (_, network) => network).filter((network) => !taken.has(network));
}

function hexByte(value: number): string {
  return value.toString(16).padStart(2, '0');
}
