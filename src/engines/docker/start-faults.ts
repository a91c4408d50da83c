import type { EngineHttpError } from './failures.ts';

/** What came of a create or a start: the error code of whose fault it is. */
type Fault = 'engine_failed' | 'engine_lacks' | 'engine_refused';

/**
 * The engine works, and has not what was asked for; another engine may. Docker answers 404 to some of these and 500 to
 * others. A typo in the request reads the same: only the answers of several engines tell.
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

/** Why a container was not created. */
export function faultOfCreate({ status, message }: EngineHttpError): Fault {
  if (notThere.test(message)) return 'engine_lacks';
  return isServerError(status) ? 'engine_failed' : 'engine_refused';
}

/** Why a container was not started. */
export function faultOfStart({ status, message }: EngineHttpError): Fault {
  if (notThere.test(message)) return 'engine_lacks';
  if (ofEngine.test(message)) return 'engine_failed';
  return isServerError(status) && !ofRequest.test(message) ? 'engine_failed' : 'engine_refused';
}

/** A redirect, or a refusal without a status, is no answer to the request either. */
function isServerError(status: number): boolean {
  return status >= 500 || status < 400;
}
