import { addressesOf, engineAddress, engineMac, freeNetworks, switchMac } from './addresses.ts';
import { LabError } from './lab-error.ts';
import { run } from './run.ts';

const bridge = 'lab';

/**
 * Connects the machine to a lab's switch and returns the lab's number. The bridge is in the lab's namespace: frames
 * between engines do not pass the machine's iptables, where another Docker would drop them. There is no forwarding and
 * no default route, so nothing leaves the machine, and a pull from elsewhere fails at once.
 */
export async function createNetwork(switchPid: number): Promise<number> {
  const routes: { dst: string }[] = JSON.parse(await run('ip', ['-json', '-4', 'route', 'show', 'table', 'all']));
  for (const network of freeNetworks(routes)) {
    if (!(await takeLink(network, switchPid))) continue;
    const { link, machine, registry, prefix } = addressesOf(network);
    await ip([`addr add ${machine}/${prefix} dev ${link}`, `link set ${link} up`]);
    await ip(
      [
        'link set lo up',
        `link add ${bridge} address ${switchMac(network)} type bridge`,
        `addr add ${registry}/${prefix} dev ${bridge}`,
        `link set ${bridge} up`,
        `link set machine master ${bridge} up`,
      ],
      switchPid,
    );
    return network;
  }
  throw new LabError('no_network_left', 'No network from 10.213.0.0/24 to 10.213.255.0/24 is free on this machine.');
}

/** Connects a host's `eth0` to the switch. */
export async function plugIn(network: number, n: number, switchPid: number, hostPid: number): Promise<void> {
  const port = portOf(n);
  // The kernel removes the link of a killed host a little later than its process.
  await run('nsenter', ['--net', '-t', String(switchPid), 'ip', 'link', 'del', port]).catch(() => undefined);
  const veth = `link add ${port} type veth peer name eth0 address ${engineMac(network, n)} netns ${hostPid}`;
  await ip([veth, `link set ${port} master ${bridge} up`], switchPid);
  const { prefix } = addressesOf(network);
  await ip([`addr add ${engineAddress(network, n)}/${prefix} dev eth0`, 'link set eth0 up'], hostPid);
}

export async function unplug(n: number, switchPid: number): Promise<void> {
  await ip([`link set ${portOf(n)} down`], switchPid);
}

export async function plugBackIn(network: number, n: number, switchPid: number): Promise<void> {
  await ip([`link set ${portOf(n)} up`], switchPid);
  // Clears the machine's negative ARP entry for this address.
  await ip([`neigh flush to ${engineAddress(network, n)} dev ${addressesOf(network).link}`]);
}

export async function isPluggedIn(n: number, switchPid: number): Promise<boolean> {
  const args = ['--net', '-t', String(switchPid), 'ip', '-json', 'link', 'show', portOf(n)];
  const links: { flags: string[] }[] = JSON.parse(await run('nsenter', args).catch(() => '[]'));
  return links[0]?.flags.includes('UP') ?? false;
}

/**
 * Removes the machine's link. From the lab's side, where it can only be ours: the number may belong to another lab by
 * now. If the lab does not run any more, the kernel has removed it.
 */
export async function removeNetwork(switchPid: number): Promise<void> {
  await run('nsenter', ['--net', '-t', String(switchPid), 'ip', 'link', 'del', 'machine']).catch(() => undefined);
}

/** Whether the number is ours now: creating the link is atomic, and fails if another lab was faster. */
async function takeLink(network: number, switchPid: number): Promise<boolean> {
  const { link } = addressesOf(network);
  try {
    await ip([`link add ${link} type veth peer name machine netns ${switchPid}`]);
    return true;
  } catch (error) {
    if (error instanceof LabError && /File exists/.test(error.message)) return false;
    throw error;
  }
}

/** Runs `ip` commands in the machine's network namespace or in that of a process, and stops at the first failure. */
async function ip(commands: readonly string[], pid?: number): Promise<void> {
  const input = `${commands.join('\n')}\n`;
  if (pid === undefined) await run('ip', ['-batch', '-'], { input });
  else await run('nsenter', ['--net', '-t', String(pid), 'ip', '-batch', '-'], { input });
}

function portOf(n: number): string {
  return `engine${n}`;
}
