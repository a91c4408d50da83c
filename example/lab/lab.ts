import { join } from 'node:path';
import type { CertificateFiles } from '../../src/ca/authority.ts';
import { addressesOf } from './addresses.ts';
import { busyboxReference, importBusybox } from './busybox-image.ts';
import { importCaddy } from './caddy-image.ts';
import { killDaemon, pauseDaemon, resumeDaemon, terminateDaemon } from './daemon.ts';
import {
  conditionOf,
  daemonOf,
  describeEngine,
  type EngineCondition,
  type LabContext,
  type LabEngine,
  requireHost,
  requireSwitch,
  startEngine,
  waitForAnswer,
} from './engine-host.ts';
import { LabError } from './lab-error.ts';
import { withLock } from './lock.ts';
import { checkMachine } from './machine.ts';
import { findFirstProcess, killNamespaces } from './namespaces.ts';
import { plugBackIn, unplug } from './network.ts';
import { importRedis } from './redis-image.ts';
import { registryPort } from './registry.ts';
import { removeLabFolder } from './remove-lab.ts';
import { breakRuntime, repairRuntime } from './runtime.ts';
import { buildLab, checkEngineCount, defaultEngines, type LabOptions, refuseRunningLab } from './start-lab.ts';
import { folderOf, type LabState, readState } from './state.ts';
import { type TlsRequest, type TlsResponse, tlsRequest } from './tls-request.ts';
import { importUnbound } from './unbound-image.ts';

export type { EngineCondition, LabEngine } from './engine-host.ts';
export { LabError } from './lab-error.ts';
export type { LabOptions } from './start-lab.ts';

/** A local cluster of real Docker engines on this machine. Engines are numbered from 1. */
export interface Lab {
  readonly name: string;
  /** The folder of the lab; `down` removes it. */
  readonly dir: string;
  /** The client certificate for the engines. */
  readonly client: CertificateFiles;
  readonly engines: readonly LabEngine[];
  /** `host:port`, if a registry was requested. The engines trust it. */
  readonly registry?: { readonly addr: string };
  /** Imports a small image on all or the given engines: busybox, which sleeps until it is stopped. */
  importImage(reference?: string, engines?: readonly number[]): Promise<void>;
  /** Imports `redis:latest` on every engine: the machine's own redis-server. */
  importRedis(): Promise<void>;
  /** Imports `caddy:2` on every engine: the machine's own caddy. */
  importCaddy(): Promise<void>;
  /** Imports `demo/unbound:1` on every engine: the machine's own unbound. */
  importUnbound(): Promise<void>;
  /** Sends a request to the Engine API of one engine. */
  request(n: number, request: TlsRequest): Promise<TlsResponse>;
  /** The current state of every engine. */
  conditions(): Promise<EngineCondition[]>;
  /** Disconnects the engine's network: its containers keep running, but are unreachable. */
  partition(n: number): Promise<void>;
  /** Reconnects the network; returns when the engine answers, if it can. */
  heal(n: number): Promise<void>;
  /** Freezes the daemon: it accepts connections and never answers. */
  pause(n: number): Promise<void>;
  resume(n: number): Promise<void>;
  /** Kills the daemon (SIGKILL); its containers keep running. */
  kill(n: number): Promise<void>;
  /** Kills the host with all its processes and its network; returns when none of them is left. */
  killHost(n: number): Promise<void>;
  /** Terminates the daemon (SIGTERM), like a service manager; with live-restore its containers keep running. */
  terminate(n: number): Promise<void>;
  /** Starts the daemon again, or its whole host if that is gone; returns when it answers. */
  start(n: number): Promise<void>;
  /** Makes the engine's runtime fail: it can start no more containers; everything else works. */
  breakRuntime(n: number): Promise<void>;
  repairRuntime(n: number): Promise<void>;
  /** Removes everything of the lab. Idempotent. */
  down(): Promise<void>;
}

/**
 * Starts a lab and returns when every engine answers. Remains of a crashed lab of that name are removed first. A start
 * that fails, or whose process dies, leaves nothing running. Throws `LabError`.
 */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const name = options.name ?? 'lab';
  const dir = folderOf(name);
  checkEngineCount(options.engines ?? defaultEngines);
  await checkMachine({ registry: Boolean(options.registry) });
  return await withLock(dir, async () => {
    await refuseRunningLab(name, dir);
    await removeLabFolder(dir);
    try {
      const state = await buildLab(name, dir, options);
      return labOf(name, dir, state);
    } catch (error) {
      await removeLabFolder(dir);
      throw error;
    }
  });
}

/** The running lab of that name. Throws `no_such_lab`. */
export async function openLab(name = 'lab'): Promise<Lab> {
  const dir = folderOf(name);
  const state = await readState(dir);
  if (state === undefined) throw new LabError('no_such_lab', `There is no lab "${name}": start it with "up".`);
  if (state.phase !== 'up')
    throw new LabError('no_such_lab', `Lab "${name}" is only begun: wait for its "up", or repeat it.`);
  requireSwitch({ name, dir });
  return labOf(name, dir, state);
}

/** Removes everything of the lab of that name, whatever its state; returns whether there was anything. */
export async function removeLab(name = 'lab'): Promise<boolean> {
  const dir = folderOf(name);
  await checkMachine();
  return await withLock(dir, async () => {
    const wasThere = (await readState(dir)) !== undefined || findFirstProcess(dir) !== undefined;
    await removeLabFolder(dir);
    return wasThere;
  });
}

function labOf(name: string, dir: string, state: LabState): Lab {
  if (state.network === undefined) throw new LabError('no_such_lab', `Lab "${name}" has no network: repeat its "up".`);
  const client = clientFiles(dir);
  const { network, systemRoot } = state;
  const context: LabContext = { name, dir, network, client, ...(systemRoot && { systemRoot }) };
  const numbers = Array.from({ length: state.engines }, (_, index) => index + 1);
  const check = (n: number): number => {
    if (numbers.includes(n)) return n;
    throw new LabError('no_such_engine', `Lab "${name}" has the engines 1 to ${state.engines}, and no ${n}.`);
  };
  return {
    name,
    dir,
    client,
    engines: numbers.map((n) => describeEngine(context, n)),
    ...(state.hasRegistry ? { registry: { addr: `${addressesOf(state.network).registry}:${registryPort}` } } : {}),
    importImage: async (reference = busyboxReference, engines = numbers) =>
      importBusybox(
        dir,
        reference,
        engines.map((n) => daemonOf(context, check(n))),
      ),
    importRedis: async () =>
      importRedis(
        dir,
        numbers.map((n) => daemonOf(context, n)),
      ),
    importCaddy: async () =>
      importCaddy(
        dir,
        numbers.map((n) => daemonOf(context, n)),
      ),
    importUnbound: async () =>
      importUnbound(
        dir,
        numbers.map((n) => daemonOf(context, n)),
      ),
    request: async (n, request) => tlsRequest(daemonOf(context, check(n)).addr, client, request),
    conditions: async () => Promise.all(numbers.map((n) => conditionOf(context, n))),
    partition: async (n) => unplug(check(n), requireSwitch(context)),
    heal: async (n) => {
      await plugBackIn(context.network, check(n), requireSwitch(context));
      await waitForAnswer(context, n);
    },
    pause: async (n) => pauseDaemon(daemonOf(context, check(n)), requireHost(context, n)),
    resume: async (n) => {
      resumeDaemon(daemonOf(context, check(n)), requireHost(context, n));
      await waitForAnswer(context, n);
    },
    kill: async (n) => killDaemon(requireHost(context, check(n))),
    killHost: async (n) => killNamespaces(daemonOf(context, check(n)).dir),
    terminate: async (n) => terminateDaemon(requireHost(context, check(n))),
    start: async (n) => startEngine(context, check(n)),
    breakRuntime: async (n) => breakRuntime(requireHost(context, check(n))),
    repairRuntime: async (n) => repairRuntime(requireHost(context, check(n))),
    down: async () => void (await removeLab(name)),
  };
}

function clientFiles(dir: string): CertificateFiles {
  const folder = join(dir, 'ca/clients/satsuma');
  return { ca: join(folder, 'ca.pem'), cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
}
