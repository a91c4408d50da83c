import { join } from 'node:path';
import { createAuthority } from '../../src/ca/authority.ts';
import { addressesOf, maxEngines } from './addresses.ts';
import { busyboxReference, importBusybox } from './busybox-image.ts';
import { daemonOf, prepareHost, startEngine } from './engine-host.ts';
import { LabError } from './lab-error.ts';
import { findFirstProcess, startSwitch } from './namespaces.ts';
import { createNetwork } from './network.ts';
import { identify, isAlive } from './processes.ts';
import { startRegistry } from './registry.ts';
import { type LabState, readState, writeState } from './state.ts';
import { systemRoot } from './system-root.ts';

export interface LabOptions {
  /** Default: `lab`. Labs with different names can coexist. */
  readonly name?: string;
  /** Default: 3. */
  readonly engines?: number;
  /** `login`: one that requires `registryLogin`. */
  readonly registry?: boolean | 'login';
  /** With the image `demo/busybox:1` on every engine. */
  readonly image?: boolean;
  /** Ends with this process, however it ends. Its folder stays until `down` or the next start. */
  readonly attached?: boolean;
  /** Whether containers outlive their daemon. Default: true; Swarm mode does not allow it. */
  readonly liveRestore?: boolean;
  /** The major version of Docker, if it is not the machine's own: the engines then run in a Debian that has it. */
  readonly docker?: string;
  /** Called with progress messages. */
  readonly log?: (line: string) => void;
}

export const defaultEngines = 3;

/** Throws `lab_exists` for a running lab. Remains of a dead starter or owner do not count. */
export async function refuseRunningLab(name: string, dir: string): Promise<void> {
  const state = await readState(dir);
  if (state?.phase !== 'up' || findFirstProcess(dir) === undefined) return;
  if (state.owner !== undefined && !isAlive(state.owner)) return;
  const advice = 'take it down first, or choose another name.';
  throw new LabError('lab_exists', `Lab "${name}" runs already, with ${state.engines} engines: ${advice}`);
}

/** Throws `bad_request` for an invalid number of engines. */
export function checkEngineCount(engines: number): void {
  if (Number.isInteger(engines) && engines >= 1 && engines <= maxEngines) return;
  throw new LabError('bad_request', `A lab has 1 to ${maxEngines} engines, not ${engines}.`);
}

/** Creates a lab in a new folder. The caller holds the lab's lock, and cleans up on failure. */
export async function buildLab(name: string, dir: string, options: LabOptions): Promise<LabState> {
  const {
    engines = defaultEngines,
    registry = false,
    image = false,
    attached = false,
    docker = process.env.SATSUMA_LAB_DOCKER,
    log = () => undefined,
  } = options;
  const system = docker ? { systemRoot: await systemRoot(docker, log) } : {};
  const begun: LabState = { phase: 'starting', engines, hasRegistry: registry !== false, ...system };
  await writeState(dir, begun);
  const labSwitch = await startSwitch(dir);
  const network = await createNetwork(labSwitch.pid);
  const { link, machine, prefix, registry: registryAddress } = addressesOf(network);
  log(`network ${link}: ${machine}/${prefix}`);

  const authority = await createAuthority(join(dir, 'ca'), { name: `satsuma-lab-${name}` });
  const client = await authority.issueClient('satsuma');
  const context = { name, dir, network, client, ...system };
  const numbers = Array.from({ length: engines }, (_, index) => index + 1);
  const startOne = async (n: number): Promise<void> => {
    await prepareHost(context, n, authority, options.liveRestore);
    await startEngine(context, n);
    log(`engine ${name}-${n} answers`);
  };
  const startAll = numbers.map(startOne);
  if (registry) {
    const place = { dir: join(dir, 'registry'), address: registryAddress, switchPid: labSwitch.pid };
    startAll.push(startRegistry({ ...place, asksForLogin: registry === 'login' }, authority, client));
  }
  // Waits for all, so that no start is in progress while its lab is being removed.
  const failure = (await Promise.allSettled(startAll)).find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  if (image) {
    await importBusybox(
      dir,
      busyboxReference,
      numbers.map((n) => daemonOf(context, n)),
    );
    log(`image ${busyboxReference} is on every engine`);
  }

  const owner = attached ? identify(process.pid) : undefined;
  const state: LabState = { ...begun, phase: 'up', network, ...(owner === undefined ? {} : { owner }) };
  await writeState(dir, state);
  if (!attached) labSwitch.detach();
  return state;
}
