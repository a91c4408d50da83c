import type { EngineClient } from '../engines/engine-client.ts';
import { isSatsumaError } from '../model/errors.ts';
import { withoutRest } from '../runtime/utf8.ts';

const tailBytes = 4096;
/** Bounds the read of a log with lines of many megabytes. */
const timeoutMs = 10_000;

/**
 * Returns the last 4 KiB of a container's log; empty if its engine keeps no logs (`engine_refused`). Throws other
 * errors of the engine.
 */
export async function readLogTail(client: EngineClient, containerId: string): Promise<string> {
  const options = { tail: tailBytes, follow: false, stdout: true, stderr: true, timestamps: false };
  let tail = Buffer.alloc(0);
  try {
    for await (const chunk of await client.openLogs(containerId, options, AbortSignal.timeout(timeoutMs))) {
      tail = Buffer.concat([tail, chunk]).subarray(-tailBytes);
    }
  } catch (error) {
    if (!isSatsumaError(error, 'engine_refused')) throw error;
  }
  return withoutRest(tail).toString();
}
