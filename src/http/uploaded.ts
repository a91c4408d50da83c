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

/** How long an unread body is discarded. After that the connection is closed, and the sender gets no answer. */
const lingerMs = 10_000;

/** A client does not read the answer while it is sending: the rest of the body is read and discarded for a while. */
export function drained(payload: Readable): Promise<void> {
  if (payload.readableEnded || payload.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, lingerMs);
    payload.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    payload.resume();
  });
}
