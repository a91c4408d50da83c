import { execFile } from 'node:child_process';
import { LabError } from './lab-error.ts';
import { labEnvironment } from './machine.ts';

/** Runs a command to completion and returns its output. Throws `command_failed` with its error output. */
export function run(
  command: string,
  args: readonly string[],
  options: { input?: string; cwd?: string } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const settings = { cwd: options.cwd, env: labEnvironment, maxBuffer: 16 * 1024 ** 2 };
    const child = execFile(command, args, settings, (cause, stdout, stderr) => {
      if (!cause) return resolve(stdout);
      const output = stderr.trim() || cause.message;
      reject(new LabError('command_failed', `${command} ${args.join(' ')} failed: ${output}`, { cause }));
    });
    // A command that ends before it has read everything reports its own failure; the broken pipe adds nothing.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
  });
}
