import { spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import type { CertificateFiles } from '../../src/ca/authority.ts';
import { LabError } from './lab-error.ts';
import { labEnvironment } from './machine.ts';
import { onHost } from './namespaces.ts';
import { findProcesses, identify, isGone, isStopped, pidNamespaceOf, signal, waitUntil } from './processes.ts';
import { tlsRequest } from './tls-request.ts';

const readyMs = 60_000;
const pingMs = 2_000;
/** During an exec, a process briefly has no arguments, and looks gone. */
const looksUntilGone = 4;

/** One dockerd: its address, the folder of its host, and the client certificate. */
export interface Daemon {
  readonly id: string;
  readonly addr: string;
  readonly dir: string;
  readonly client: CertificateFiles;
}

/**
 * The `daemon.json` of an engine: default paths, mutual TLS. `liveRestore`: containers outlive their daemon, which
 * Swarm mode does not allow.
 */
export function daemonConfig(address: string, cgroupParent: string, liveRestore = true): Record<string, unknown> {
  return {
    hosts: ['unix:///var/run/docker.sock', `tcp://${address}:2376`],
    tlsverify: true,
    tlscacert: '/etc/docker/ca.pem',
    tlscert: '/etc/docker/cert.pem',
    tlskey: '/etc/docker/key.pem',
    'live-restore': liveRestore,
    'userland-proxy': false,
    'cgroup-parent': cgroupParent,
    // systemd, if there is one, does not know the lab's containers.
    'exec-opts': ['native.cgroupdriver=cgroupfs'],
    ...(process.env.SATSUMA_LAB_IMAGE_STORE === 'containerd' && { features: { 'containerd-snapshotter': true } }),
  };
}

/** Starts dockerd on its host. An existing pid file is left from a killed daemon. */
export async function launchDaemon(daemon: Daemon, hostPid: number): Promise<void> {
  const log = await open(join(daemon.dir, 'dockerd.log'), 'a');
  try {
    // The name in the arguments lets dockerd be found from the start, while it still is this shell's child.
    const script = 'cd / && rm -f /var/run/docker.pid && { setsid "$1" & }';
    const args = onHost(hostPid, 'sh', '-c', script, 'sh', 'dockerd');
    const child = spawn('nsenter', args, { env: labEnvironment, detached: true, stdio: ['ignore', log.fd, log.fd] });
    await new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve));
  } finally {
    await log.close();
  }
}

/**
 * Waits until dockerd answers to `asks`, usually over TLS. Throws `engine_failed` with the end of its log if it ends or
 * does not answer.
 */
export async function waitForDaemon(
  daemon: Daemon,
  hostPid: number,
  asks: () => Promise<boolean> = () => ping(daemon),
): Promise<void> {
  let missed = 0;
  const isDone = await waitUntil(
    async () => {
      if (await asks()) return true;
      missed = findDaemon(hostPid) === undefined ? missed + 1 : 0;
      return missed === looksUntilGone;
    },
    readyMs,
    25,
  );
  if (isDone && missed < looksUntilGone) return;
  const log = await readFile(join(daemon.dir, 'dockerd.log'), 'utf8').catch(() => '');
  const problem = missed < looksUntilGone ? `does not answer at ${daemon.addr}` : 'ended';
  throw new LabError('engine_failed', `dockerd of ${daemon.id} ${problem}. Its log ends:\n${lastLines(log, 15)}`);
}

/** Whether the engine answers over TLS, like for its users. */
export async function ping({ addr, client }: Pick<Daemon, 'addr' | 'client'>): Promise<boolean> {
  const { status } = await tlsRequest(addr, client, { path: '/_ping', timeoutMs: pingMs }).catch(() => ({ status: 0 }));
  return status === 200;
}

/** Whether dockerd answers on its own host, even while the network is disconnected. */
export async function pingOnHost(hostPid: number): Promise<boolean> {
  const socketPath = `/proc/${hostPid}/root/run/docker.sock`;
  return await new Promise((resolve) => {
    const sent = request({ socketPath, path: '/_ping', agent: false, timeout: pingMs }, (response) => {
      resolve(response.resume().statusCode === 200);
    });
    sent.on('timeout', () => sent.destroy()).on('error', () => resolve(false));
    sent.end();
  });
}

/** SIGSTOP: its socket still accepts connections, but nothing answers. Returns when the process is stopped. */
export async function pauseDaemon(daemon: Daemon, hostPid: number): Promise<void> {
  const pid = requireDaemon(daemon, hostPid);
  signal(pid, 'SIGSTOP');
  await waitUntil(() => isStopped(pid), pingMs);
}

/** SIGCONT. */
export function resumeDaemon(daemon: Daemon, hostPid: number): void {
  signal(requireDaemon(daemon, hostPid), 'SIGCONT');
}

/** SIGKILL: containerd dies with it, and the containers keep running. */
export async function killDaemon(hostPid: number): Promise<void> {
  await endDaemon(hostPid, 'SIGKILL', 10_000);
}

/** SIGTERM, like a service manager: a graceful shutdown. */
export async function terminateDaemon(hostPid: number): Promise<void> {
  await endDaemon(hostPid, 'SIGTERM', 60_000);
}

async function endDaemon(hostPid: number, by: 'SIGKILL' | 'SIGTERM', withinMs: number): Promise<void> {
  const pid = findDaemon(hostPid);
  const daemon = pid === undefined ? undefined : identify(pid);
  if (daemon === undefined) return;
  signal(daemon.pid, by);
  await waitUntil(() => isGone(daemon), withinMs);
}

export function isPaused(hostPid: number): boolean {
  const pid = findDaemon(hostPid);
  return pid !== undefined && isStopped(pid);
}

/** The host's dockerd, or the shell that is about to become it. Containers have their own pid namespaces. */
export function findDaemon(hostPid: number): number | undefined {
  const namespace = pidNamespaceOf(hostPid);
  const pids = findProcesses((args, pid) => args.includes('dockerd') && pidNamespaceOf(pid) === namespace);
  return pids[0];
}

function requireDaemon(daemon: Daemon, hostPid: number): number {
  const pid = findDaemon(hostPid);
  if (pid === undefined) throw new LabError('engine_failed', `dockerd of ${daemon.id} does not run: start it first.`);
  return pid;
}

function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
