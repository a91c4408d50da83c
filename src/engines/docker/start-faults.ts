import type { EngineHttpError } from './failures.ts';

/** The cause of a failed create or start, as an error code. */
type Fault = 'engine_failed' | 'engine_lacks' | 'engine_refused';

/**
 * The engine works, but lacks something that the container needs; another engine may have it. Docker responds with 404
 * or 500. A typo in the request looks the same; only the responses of several engines distinguish them.
 */
const notThere = new RegExp(
  [
    /\bnetwork \S+ not found/,
    /could not select device driver|error gathering device information/,
    /CDI device injection failed|nvidia-container-cli: /,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
);

/**
 * The runtime failed. Docker responds to some of these with 400: it treats every "no such file or directory" as a wrong
 * command, and a broken runtime leaves no log file.
 */
const ofEngine =
  /unable to retrieve OCI runtime error|failed to start shim|binary not installed|fork\/exec|invalid runtime name|no space left on device/i;

/** The request cannot be started on any engine. Docker responds to some of these with 500. */
const ofRequest = new RegExp(
  [
    // The command is missing, a folder, or not executable.
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

/** Why a create failed. */
export function faultOfCreate({ status, message }: EngineHttpError): Fault {
  if (notThere.test(message)) return 'engine_lacks';
  return isServerError(status) ? 'engine_failed' : 'engine_refused';
}

/** Why a start failed. */
export function faultOfStart({ status, message }: EngineHttpError): Fault {
  if (notThere.test(message)) return 'engine_lacks';
  if (ofEngine.test(message)) return 'engine_failed';
  return isServerError(status) && !ofRequest.test(message) ? 'engine_failed' : 'engine_refused';
}

/** A redirect, or an error without a status, is a failure of the engine too. */
function isServerError(status: number): boolean {
  return status >= 500 || status < 400;
}
