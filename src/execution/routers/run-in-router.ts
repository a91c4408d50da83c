import type { EngineClient } from '../../engines/engine-client.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';

/** An output limit that no program here reaches: Caddy lists all domains twice before its error. */
const tooManyBytes = 1024 * 1024;

interface Ended {
  readonly exitCode: number;
  readonly output: string;
}

/**
 * Runs a program in a container to its end. Throws the engine's error, and `engine_timeout`, after which it may
 * continue.
 */
export async function runInRouter(
  client: EngineClient,
  container: string,
  cmd: readonly string[],
  timeoutMs: number,
): Promise<Ended> {
  const late = AbortSignal.timeout(timeoutMs);
  try {
    const process = await client.startExec(container, { cmd, stdin: false }, late);
    try {
      const kept: Buffer[] = [];
      let length = 0;
      for await (const { bytes } of process.output) {
        length += bytes.length;
        if (length > tooManyBytes) throw new SatsumaError('engine_failed', `${cmd[0]} printed too much`);
        kept.push(Buffer.from(bytes));
      }
      const end = await process.end();
      if ('isDetached' in end) throw new SatsumaError('engine_failed', `${cmd[0]} was detached`);
      return { exitCode: end.exitCode, output: Buffer.concat(kept).toString('utf8') };
    } finally {
      process.destroy();
    }
  } catch (error) {
    if (!late.aborted) throw error;
    throw new SatsumaError('engine_timeout', `${cmd.slice(0, 2).join(' ')} did not end in ${timeoutMs / 1000} s`, {
      cause: error,
    });
  }
}

/**
 * Docker does not end programs that it runs in a container, and a hanging one keeps its resources: another one would hang,
 * too. Throws `engine_timeout` if a program that timed out is still running.
 */
export async function refuseBesideHungProgram(client: EngineClient, container: string, own: RegExp): Promise<void> {
  const { processes } = await client.listProcesses(container).catch((error: unknown) => {
    // Not every engine has a `ps`.
    if (isSatsumaError(error) && (error.code === 'engine_refused' || error.code === 'engine_failed'))
      return { processes: [] };
    throw error;
  });
  if (!processes.some((fields) => own.test(fields.join(' ')))) return;
  throw new SatsumaError(
    'engine_timeout',
    'Caddy hangs: a program that it was given up on still runs in the container, and no other one is started beside it; what it served goes on; ' +
      `"satsuma restart ${container.slice(0, 12)}" ends it`,
  );
}
