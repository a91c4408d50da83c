import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { projectRoot } from './project-root.ts';

interface ServeProcess {
  /** The folder of its configuration, `NAME.json`, and its log, `NAME.log`. */
  readonly dir: string;
  readonly name: string;
  readonly configuration: object;
  /** The program. Default: the result of `npm run build`. */
  readonly main?: string;
  readonly nodeArguments?: readonly string[];
  /** In addition to PATH. */
  readonly environment?: NodeJS.ProcessEnv;
  /** `piped`: to this process; errors go to its stderr. */
  readonly log: 'new' | 'appended' | 'piped';
  /** The kernel kills it, even if it is frozen, when this process dies. */
  readonly endsWithParent?: boolean;
}

/** How long a server's shutdown may take. */
const endWithinMs = 11_000;

/** Starts a `satsuma serve` in its own process, like a user; returns once there is a process. */
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

/** SIGTERM; if that does not help, SIGKILL. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  // A frozen process would not receive SIGTERM.
  child.kill('SIGCONT');
  const late = setTimeout(endWithinMs, 'late', { ref: false });
  if ((await Promise.race([ended, late])) === 'late') child.kill('SIGKILL');
  await ended;
}
