import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';

/** Starts a process that logs to a file, and that the kernel kills if this process dies. */
export async function spawnLogged(logFile: string, command: readonly string[]): Promise<ChildProcess> {
  const log = await open(logFile, 'w');
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...command], {
    stdio: ['ignore', log.fd, log.fd],
    env: { PATH: process.env.PATH },
  });
  child.on('error', () => undefined);
  await log.close();
  return child;
}

/** The CPU time of the process in ms. Fields 14 and 15 of its stat are in 1/100 s. */
export async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

/** The resident memory: all of it, and the file-backed part, which the kernel can reclaim. */
export async function residentMiB(pid: number): Promise<{ readonly all: number; readonly files: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const mib = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024;
  return { all: mib('VmRSS'), files: mib('RssFile') };
}
