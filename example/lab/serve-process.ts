import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { projectRoot } from './project-root.ts';

export interface ServeProcess {
  /** Its configuration is written here, as `NAME.json`, and its log as `NAME.log`. */
  readonly dir: string;
  readonly name: string;
  readonly configuration: object;
  /** The program; left out: what `npm run build` made. */
  readonly main?: string;
  readonly nodeArguments?: readonly string[];
  /** Beside PATH. */
  readonly environment?: NodeJS.ProcessEnv;
  /** `piped`: to this process, and errors to where its own go. */
  readonly log: 'new' | 'appended' | 'piped';
  /** The kernel ends it, frozen or not, should this process die. */
  readonly endsWithParent?: boolean;
}

/** How long a server may take to finish what runs. */
const endWithinMs = 11_000;

/** Starts a `satsuma serve` in a process of its own, as a user does; returns once there is a process. */
export async function startServeProcess(options: ServeProcess): Promise<ChildProcess> {
  const { dir, name, configuration, main = join(projectRoot, 'dist/src/main.js') } = options;
  const conf = join(dir, `${name}.json`);
  await writeFile(conf, JSON.stringify(configuration, undefined, 2));
  const command = [process.execPath, ...(options.nodeArguments ?? []), main, 'serve', '--conf', conf];
  const [program = '', ...words] = options.endsWithParent
    ? ['setpriv', '--pdeathsig', 'KILL', '--', ...command]
    : command;
  const env = { PATH: process.env.PATH, ...options.environment };
  if (options.log === 'piped') {
    return await spawned(spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'], env }));
  }
  const log = await open(join(dir, `${name}.log`), options.log === 'new' ? 'w' : 'a');
  try {
    return await spawned(spawn(program, words, { stdio: ['ignore', log.fd, log.fd], env }));
  } finally {
    await log.close();
  }
}

async function spawned(child: ChildProcess): Promise<ChildProcess> {
  await once(child, 'spawn');
  return child;
}

/** SIGTERM; where that does not help, SIGKILL. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  // One that is frozen would never hear of it.
  child.kill('SIGCONT');
  const late = setTimeout(endWithinMs, 'late', { ref: false });
  if ((await Promise.race([ended, late])) === 'late') child.kill('SIGKILL');
  await ended;
}
