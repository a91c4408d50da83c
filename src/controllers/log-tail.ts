import type { EngineClient } from '../engines/engine-client.ts';
import { isSatsumaError } from '../model/errors.ts';
import { withoutRest } from '../runtime/utf8.ts';

const tailBytes = 4096;
/** A log with lines of a gigabyte is not read to its end. */
const timeoutMs = 10_000;

/**
 * The last 4 KiB of what a container wrote; empty where its engine keeps no logs (`engine_refused`). Throws what else the
 * engine failed with.
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
