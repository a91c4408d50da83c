import type { Refusal } from './docker-failures.ts';

/**
 * The runtime itself did not work. Docker answers 400 to some of these: it takes every "no such file or directory" for a
 * wrong command, and a runtime that is broken leaves no log file.
 */
const ofEngine =
  /unable to retrieve OCI runtime error|failed to start shim|binary not installed|fork\/exec|invalid runtime name|no space left on device/i;

/** What was asked for cannot be started, on any engine. Docker answers 500 to some of these. */
const ofRequest = new RegExp(
  [
    // The command: it is missing, a folder, or may not be executed.
    /exec: "|chdir to cwd/,
    /unable to find (user|group)|no matching entries in (passwd|group) file/,
    /memory limit too low|OOM-killed/,
    /mounting ".*" to rootfs|mount source path|bind source path/,
    /cannot link to a non running container/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
);

/** Whether the engine could not start a container that another engine may start. */
export function isFaultOfEngine({ status, message }: Refusal): boolean {
  if (ofEngine.test(message)) return true;
  return (status >= 500 || status < 400) && !ofRequest.test(message);
}
