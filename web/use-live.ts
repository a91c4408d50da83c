import { useEffect, useState } from 'preact/hooks';
import type { EventKind } from '../src/model/cluster-event.ts';
import { live } from './live-cluster.ts';
import { kindOf, type ServerEvent } from './server-events.ts';

/** Read again so long after a change, so that many changes are one; and no sooner than after so many times what reading took. */
const gatherMs = 300;
const restTimes = 4;

export interface Live<Data> {
  /** What was read last; undefined: nothing yet. */
  readonly data: Data | undefined;
  /** Why it could not be read. */
  readonly problem: string;
  /** Reads again, at once. */
  readonly again: () => void;
}

/**
 * What is read of the server, and read again when something of these kinds happens, and when events may have been missed. `key`: what is
 * read; under another one nothing of the former is shown.
 */
export function useLive<Data>(
  key: string,
  kinds: readonly EventKind[],
  read: (signal: AbortSignal) => Promise<Data>,
): Live<Data> {
  const [found, setFound] = useState<{ readonly key: string; readonly data?: Data; readonly problem: string }>();
  const [turn, setTurn] = useState(0);
  const heard = kinds.join();
  // `read` is another function at each drawing; `key` says what it reads.
  useEffect(() => {
    const ended = new AbortController();
    const wanted = new Set(heard.split(','));
    let timer: ReturnType<typeof setTimeout> | undefined;
    let tookMs = 0;
    const readNow = async () => {
      const began = performance.now();
      try {
        const data = await read(ended.signal);
        if (!ended.signal.aborted) setFound({ key, data, problem: '' });
      } catch (error) {
        // What was known is still shown, beside what went wrong.
        if (!ended.signal.aborted)
          setFound((before) => ({ ...(before?.key === key && before), key, problem: (error as Error).message }));
      }
      tookMs = performance.now() - began;
    };
    const hear = (event: ServerEvent | 'open') => {
      if (event !== 'open' && event.event !== 'reset' && !wanted.has(kindOf(event))) return;
      timer ??= setTimeout(
        () => {
          timer = undefined;
          void readNow();
        },
        Math.max(gatherMs, restTimes * tookMs),
      );
    };
    void readNow();
    const deafen = live.hear(hear);
    return () => {
      deafen();
      clearTimeout(timer);
      ended.abort();
    };
  }, [key, heard, turn]);
  const shown = found?.key === key ? found : undefined;
  return { data: shown?.data, problem: shown?.problem ?? '', again: () => setTurn((before) => before + 1) };
}
