import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Authority, CertificateFiles } from '../../src/ca/authority.ts';
import { addressesOf, engineAddress } from './addresses.ts';
import { cgroupParent } from './cgroups.ts';
import {
  type Daemon,
  daemonConfig,
  findDaemon,
  isPaused,
  launchDaemon,
  pingOnHost,
  resumeDaemon,
  waitForDaemon,
} from './daemon.ts';
import { LabError } from './lab-error.ts';
import { machineSize } from './machine.ts';
import { findFirstProcess, startHost } from './namespaces.ts';
import { isPluggedIn, plugIn } from './network.ts';
import { registryPort } from './registry.ts';

/** A body for POST /apiv1/engine, with exactly its fields. */
export interface LabEngine {
  readonly id: string;
  readonly addr: string;
  readonly cpus: number;
  readonly memory: number;
  readonly labels: readonly string[];
}

/** The current state of an engine. A host that is `off` was killed as a whole. */
export interface EngineCondition {
  readonly id: string;
  readonly daemon: 'running' | 'paused' | 'stopped' | 'off';
  readonly link: 'up' | 'down';
}

/** Common properties of a lab's engines. */
export interface LabContext {
  readonly name: string;
  readonly dir: string;
  readonly network: number;
  readonly client: CertificateFiles;
  /** The operating system of the hosts, if it is not the machine's own. */
  readonly systemRoot?: string;
}

export function describeEngine({ name, network }: Pick<LabContext, 'name' | 'network'>, n: number): LabEngine {
  const id = `${name}-${n}`;
  const parity = n % 2 === 0 ? 'even' : 'odd';
  return { id, addr: `https://${engineAddress(network, n)}:2376`, ...machineSize(), labels: ['lab', id, parity] };
}

export function daemonOf(lab: LabContext, n: number): Daemon {
  const { id, addr } = describeEngine(lab, n);
  return { id, addr, dir: join(lab.dir, String(n)), client: lab.client };
}

/** Writes the files that the host sees as /etc/docker. The registry is trusted in case there is one. */
export async function prepareHost(
  lab: LabContext,
  n: number,
  authority: Authority,
  liveRestore?: boolean,
): Promise<void> {
  const etc = join(lab.dir, String(n), 'etc');
  const address = engineAddress(lab.network, n);
  const trusted = join(etc, 'certs.d', `${addressesOf(lab.network).registry}:${registryPort}`);
  await mkdir(trusted, { recursive: true });
  const files = await authority.issueEngine(`${lab.name}-${n}`, [address]);
  await Promise.all([
    copyFile(files.ca, join(etc, 'ca.pem')),
    copyFile(files.cert, join(etc, 'cert.pem')),
    copyFile(files.key, join(etc, 'key.pem')),
    copyFile(files.ca, join(trusted, 'ca.crt')),
    writeFile(
      join(etc, 'daemon.json'),
      JSON.stringify(daemonConfig(address, cgroupParent(lab.dir, n), liveRestore), null, 2),
    ),
  ]);
}

/**
 * Starts the host and its daemon if necessary: after a crash, both come back with their disk and address. A paused
 * daemon is resumed.
 */
export async function startEngine(lab: LabContext, n: number): Promise<void> {
  const daemon = daemonOf(lab, n);
  const hostPid = findFirstProcess(daemon.dir) ?? (await bootHost(lab, n, daemon));
  if (findDaemon(hostPid) === undefined) await launchDaemon(daemon, hostPid);
  else if (isPaused(hostPid)) resumeDaemon(daemon, hostPid);
  await awaitDaemon(lab, n, hostPid);
}

/** The first process of the engine's host. Throws `engine_failed` if it is gone. */
export function requireHost(lab: LabContext, n: number): number {
  const { id, dir } = daemonOf(lab, n);
  const pid = findFirstProcess(dir);
  if (pid === undefined) throw new LabError('engine_failed', `The host of ${id} is gone: start it first.`);
  return pid;
}

/** The lab's first process. Throws `no_such_lab` if it is gone. */
export function requireSwitch(lab: Pick<LabContext, 'name' | 'dir'>): number {
  const pid = findFirstProcess(lab.dir);
  if (pid === undefined)
    throw new LabError('no_such_lab', `Lab "${lab.name}" does not run any more: take it down, or up again.`);
  return pid;
}

export async function conditionOf(lab: LabContext, n: number): Promise<EngineCondition> {
  const { id, dir } = daemonOf(lab, n);
  const link = (await isPluggedIn(n, requireSwitch(lab))) ? 'up' : 'down';
  const hostPid = findFirstProcess(dir);
  if (hostPid === undefined) return { id, daemon: 'off', link };
  if (findDaemon(hostPid) === undefined) return { id, daemon: 'stopped', link };
  return { id, daemon: isPaused(hostPid) ? 'paused' : 'running', link };
}

/** Waits for an answer if one is expected: a killed or paused daemon cannot answer. */
export async function waitForAnswer(lab: LabContext, n: number): Promise<void> {
  const daemon = daemonOf(lab, n);
  const hostPid = findFirstProcess(daemon.dir);
  if (hostPid === undefined || findDaemon(hostPid) === undefined || isPaused(hostPid)) return;
  await awaitDaemon(lab, n, hostPid);
}

async function awaitDaemon(lab: LabContext, n: number, hostPid: number): Promise<void> {
  const daemon = daemonOf(lab, n);
  if (await isPluggedIn(n, requireSwitch(lab))) await waitForDaemon(daemon, hostPid);
  else await waitForDaemon(daemon, hostPid, () => pingOnHost(hostPid));
}

async function bootHost(lab: LabContext, n: number, daemon: Daemon): Promise<number> {
  const switchPid = requireSwitch(lab);
  const hostPid = await startHost(switchPid, daemon.dir, daemon.id, lab.systemRoot);
  await plugIn(lab.network, n, switchPid, hostPid);
  return hostPid;
}
