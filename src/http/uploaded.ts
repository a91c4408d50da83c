import type { Readable } from 'node:stream';
import type { RouteOptionsPayload } from '@hapi/hapi';
import { SatsumaError } from '../model/errors.ts';

/** A body of any size that the handler streams. It may take hours. */
export const streamedPayload: RouteOptionsPayload = {
  output: 'stream',
  parse: false,
  maxBytes: Number.MAX_SAFE_INTEGER,
  timeout: false,
};

/** A client that sends nothing for this long would hold a connection to the engine. */
const stalledMs = 600_000;

/**
 * Streams the request body. Throws `invalid` if it ends early, or stalls. If the consumer stops reading, the request
 * stays open.
 */
export async function* uploaded(body: Readable): AsyncGenerator<Buffer> {
  const stall = () => body.destroy(new Error(`nothing came for ${stalledMs / 1000} seconds`));
  let timer = setTimeout(stall, stalledMs);
  try {
    for await (const bytes of body.iterator({ destroyOnReturn: false })) {
      clearTimeout(timer);
      yield bytes;
      timer = setTimeout(stall, stalledMs);
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SatsumaError('invalid', `the request body ended early (${why})`, { cause });
  } finally {
    clearTimeout(timer);
  }
}
