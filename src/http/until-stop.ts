import { setMaxListeners } from 'node:events';
import type { Server } from '@hapi/hapi';
import { SatsumaError } from '../model/errors.ts';

/** Aborts when the server stops, so that waiting requests do not delay the shutdown. */
export function untilStop(server: Server): AbortSignal {
  const stopping = new AbortController();
  // Every request of a route may add a listener.
  setMaxListeners(0, stopping.signal);
  server.ext('onPreStop', () => stopping.abort());
  return stopping.signal;
}

/** While the server is stopping, throws `server_stopping` with that message, otherwise the error itself. */
export function explainStop(stopping: AbortSignal, sentence: string): (error: unknown) => never {
  return (error) => {
    throw stopping.aborted ? new SatsumaError('server_stopping', sentence, { cause: error }) : error;
  };
}
