import type { Server } from '@hapi/hapi';
import { SatsumaError } from '../model/errors.ts';

/** Aborts when the server stops: whoever waits for something would hold up the end until its deadline. */
export function untilStop(server: Server): AbortSignal {
  const stopping = new AbortController();
  server.ext('onPreStop', () => stopping.abort());
  return stopping.signal;
}

/** For what fails because the server stops: throws `server_stopping` with that sentence then, and the error itself otherwise. */
export function explainStop(stopping: AbortSignal, sentence: string): (error: unknown) => never {
  return (error) => {
    throw stopping.aborted ? new SatsumaError('server_stopping', sentence, { cause: error }) : error;
  };
}
