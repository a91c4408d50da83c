import type { Readable } from 'node:stream';
import type { RouteOptionsPayload } from '@hapi/hapi';
import { SatsumaError } from '../model/errors.ts';

/** A body of any size, that the handler reads as it comes. It may take hours. */
export const streamedPayload: RouteOptionsPayload = {
  output: 'stream',
  parse: false,
  maxBytes: Number.MAX_SAFE_INTEGER,
  timeout: false,
};

/** A client that sends nothing for so long holds a connection to the engine for nothing. */
const stalledMs = 600_000;

/** What a client sends, as it comes. Throws `invalid` where it breaks off, or stalls. Whoever stops reading leaves the request as it is. */
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
    throw new SatsumaError('invalid', `the body of the request broke off (${why})`, { cause });
  } finally {
    clearTimeout(timer);
  }
}
