import type { EngineClient } from '../../engines/engine-client.ts';
import { SatsumaError } from '../../model/errors.ts';

/** An output limit that no program here reaches: Caddy lists all domains twice before its error. */
const tooManyBytes = 1024 * 1024;

export interface Ended {
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
