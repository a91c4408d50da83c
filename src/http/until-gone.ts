import type { EventEmitter } from 'node:events';
import type { Request } from '@hapi/hapi';

interface Closing extends EventEmitter {
  readonly closed: boolean;
}

/** Aborts when the client disconnects, or has got its answer. */
export function untilGone({ res }: Pick<Request['raw'], 'res'>): AbortSignal {
  return untilClosed(res);
}

/**
 * Aborts when a connection or an answer is closed. That may have happened while the request was still being checked, and
 * no event tells it a second time.
 */
export function untilClosed(closing: Closing): AbortSignal {
  const gone = new AbortController();
  if (closing.closed) gone.abort();
  else closing.once('close', () => gone.abort());
  return gone.signal;
}
