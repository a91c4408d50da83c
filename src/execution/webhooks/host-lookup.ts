import type { LookupAddress } from 'node:dns';
import { lookup, Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { Semaphore } from '../../runtime/semaphore.ts';

/** Throws Node's DNS errors. */
export type Lookup = (hostname: string) => Promise<readonly LookupAddress[]>;

const timeoutMs = 2_000;
const tries = 2;
const hostsFile = '/etc/hosts';
/** The system lookup blocks one of the few threads that file access needs as well. */
const systemLookups = new Semaphore(2);

interface HostLookupOptions {
  /** Replaces the system's DNS servers; for tests. */
  readonly servers?: readonly string[];
  /** For names that are not in DNS: uses search domains and other system settings. */
  readonly system?: Lookup;
}

/**
 * Resolves names over sockets, so that unresponsive DNS servers block only this lookup. Uses the system for names that
 * are not in DNS, which it answers quickly.
 */
export function hostLookup({ servers, system = systemLookup }: HostLookupOptions = {}): Lookup {
  return async (hostname) => {
    const own = await addressesInHosts(hostname);
    if (own.length > 0) return own;
    // Created each time: the system's servers may have changed.
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
  const normalized = hostname.toLowerCase();
  return lines
    .filter(
      ([address = '', ...names]) => isIP(address) !== 0 && names.some((name) => name.toLowerCase() === normalized),
    )
    .map(([address = '']) => toAddress(address));
}

function toAddress(address: string): LookupAddress {
  return { address, family: isIP(address) };
}
