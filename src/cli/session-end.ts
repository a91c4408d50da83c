import type { ExecStatus } from '../api/exec.ts';
import { SatsumaError } from '../model/errors.ts';
import { streamedError } from './api-client.ts';
import { ProgramEnd } from './exit-codes.ts';
import type { Io } from './io.ts';

export const detachKeysOption = [
  '--detach-keys <keys>',
  'keys to detach, like ctrl-x,q; default: ctrl-p,ctrl-q',
] as const;

export const sigProxyOption = [
  '--sig-proxy <boolean>',
  'false: signals terminate this program instead of the container',
  'true',
] as const;

/** As in docker, a terminal for the program needs a local one. Throws `invalid`. */
export function refuseNoTerminal({ input }: Io, asked: { readonly interactive: boolean; readonly tty: boolean }): void {
  if (asked.interactive && asked.tty && !input?.isTerminal) {
    throw new SatsumaError('invalid', 'the input device is not a TTY: leave out -t');
  }
}

/** Ends this process like the program in the container. Throws ProgramEnd, ApiError. */
export function exitLikeProcess(io: Io, status: ExecStatus): void {
  if ('exit_code' in status) throw new ProgramEnd(status.exit_code);
  if ('code' in status) throw streamedError(status);
  io.stderr('\nread escape sequence\n');
}

/**
 * Docker's exit codes for a program that cannot be run (126) or does not exist (127), by its error message. Undefined:
 * another error.
 */
export function exitCodeOfStart(message: string): 126 | 127 | undefined {
  if (/executable file not found|no such file or directory/i.test(message)) return 127;
  if (/permission denied|is a directory/i.test(message)) return 126;
  return undefined;
}
