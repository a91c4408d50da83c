import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** TypeScript or compiled, as this file is. */
const program = fileURLToPath(new URL(`./child${extname(import.meta.url)}`, import.meta.url));

interface Child {
  readonly process: ChildProcess;
  /** What it says, line by line; ends when it does. */
  readonly lines: Interface;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Starts child.ts over a folder; `wrapper` is a command to run it under. */
export function startChild(dir: string, mode: string, run = '', wrapper: readonly string[] = []): Child {
  const [command = '', ...args] = [...wrapper, process.execPath, ...process.execArgv, program, dir, mode, run];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return {
    process: child,
    lines: createInterface({ input: child.stdout }),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

export async function nextLine(lines: Interface): Promise<string> {
  const [line] = await once(lines, 'line');
  return String(line);
}
