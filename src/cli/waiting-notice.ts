import type { ApiClient } from './api-client.ts';
import type { Io } from './io.ts';

/** An answer that takes longer is waited for in sight. */
const silentMs = 1_000;

/** Tells on a terminal, on standard error, that an answer is waited for and for how long; a pull may take minutes. */
export function withWaitingNotice(api: ApiClient, io: Io): ApiClient {
  return async (...call) => {
    const { errorTerminal, errorControl } = io;
    if (!errorControl || errorTerminal?.() === undefined) return await api(...call);
    const began = performance.now();
    let isShown = false;
    const timer = setInterval(() => {
      isShown = true;
      errorControl(`\rwaiting for the server: ${Math.round((performance.now() - began) / 1000)} s\x1b[K`);
    }, silentMs);
    try {
      return await api(...call);
    } finally {
      clearInterval(timer);
      // The line is for what comes next.
      if (isShown) errorControl('\r\x1b[K');
    }
  };
}
