import type { LookupAddress } from 'node:dns';
import { lookup, Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { Semaphore } from '../../runtime/semaphore.ts';

/** Throws Node's errors of DNS. */
export type Lookup = (hostname: string) => Promise<readonly LookupAddress[]>;

const timeoutMs = 2_000;
const tries = 2;
const hostsFile = '/etc/hosts';
/** The system's own lookup holds one of the few threads that files need as well. */
const systemLookups = new Semaphore(2);

export interface HostLookupOptions {
  /** DNS servers in place of the system's; for tests. */
  readonly servers?: readonly string[];
  /** For names that DNS does not know: search domains, and what else the system is set up for. */
  readonly system?: Lookup;
}

/**
 * Looks names up over sockets, so that DNS servers that do not answer hold up nobody but who asks them. The system is asked about
 * names that are not in DNS, for which it has its answer soon.
 */
export function hostLookup({ servers, system = systemLookup }: HostLookupOptions = {}): Lookup {
  return async (hostname) => {
    const own = await addressesInHosts(hostname);
    if (own.length > 0) return own;
    // A new one each time: the system's servers may have changed.
    const resolver = new Resolver({ timeout: timeoutMs, tries });
    if (servers) resolver.setServers(servers);
    const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (found.length > 0) return found.map(toAddress);
    const silence = answers.find((answer) => answer.status === 'rejected' && answer.reason.code === 'ETIMEOUT');
    if (silence?.status === 'rejected') throw silence.reason;
    return await systemLookups.run(() => system(hostname));
  };
}

async function systemLookup(hostname: string): Promise<readonly LookupAddress[]> {
  return await lookup(hostname, { all: true });
}

async function addressesInHosts(hostname: string): Promise<readonly LookupAddress[]> {
  const text = await readFile(hostsFile, 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim().split(/\s+/));
  const wanted = hostname.toLowerCase();
  return lines
    .filter(([address = '', ...names]) => isIP(address) !== 0 && names.some((name) => name.toLowerCase() === wanted))
    .map(([address = '']) => toAddress(address));
}

function toAddress(address: string): LookupAddress {
  return { address, family: isIP(address) };
}
