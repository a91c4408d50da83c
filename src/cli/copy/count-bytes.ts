import type { Io } from '../io.ts';

export interface ByteCounter {
  readonly count: (source: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;
  readonly bytes: () => number;
  readonly end: () => void;
}

const shownEachMs = 1_000;

/** Counts bytes, and shows the count on a terminal after one second. */
export function countBytes({ errorTerminal, errorControl }: Io): ByteCounter {
  let bytes = 0;
  let isShown = false;
  const show = () => {
    isShown = true;
    errorControl?.(`\rcopied ${(bytes / 1e6).toFixed(1)} MB\x1b[K`);
  };
  const timer = errorTerminal?.() ? setInterval(show, shownEachMs) : undefined;
  return {
    async *count(source) {
      for await (const chunk of source) {
        bytes += chunk.length;
        yield chunk;
      }
    },
    bytes: () => bytes,
    end: () => {
      clearInterval(timer);
      // Clears the line for further output.
      if (isShown) errorControl?.('\r\x1b[K');
    },
  };
}
