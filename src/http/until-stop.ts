import type { Server } from '@hapi/hapi';

/** Aborts when the server stops: whoever waits for something would hold up the end until its deadline. */
export function untilStop(server: Server): AbortSignal {
  const stopping = new AbortController();
  server.ext('onPreStop', () => stopping.abort());
  return stopping.signal;
}
