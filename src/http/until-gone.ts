import type { Request } from '@hapi/hapi';

/** Aborts when the client disconnects, or has got its answer. */
export function untilGone({ res }: Request['raw']): AbortSignal {
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  return gone.signal;
}
