import { useEffect, useState } from 'preact/hooks';
import type { EventKind } from '../src/model/cluster-event.ts';
import { Gathered } from './gathered.ts';
import { live } from './live-cluster.ts';
import { kindOf, type ServerEvent } from './server-events.ts';

/** A server that says nothing for so long is given up. */
const readMs = 60_000;

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
  const kindsKey = kinds.join();
  // `read` is another function at each drawing; `key` says what it reads.
  useEffect(() => {
    const ended = new AbortController();
    const kindsHeard = new Set(kindsKey.split(','));
    const reading = new Gathered(async () => {
      try {
        const data = await read(AbortSignal.any([ended.signal, AbortSignal.timeout(readMs)]));
        if (!ended.signal.aborted) setFound({ key, data, problem: '' });
      } catch (error) {
        // What was known is still shown, beside what went wrong.
        if (!ended.signal.aborted)
          setFound((before) => ({ ...(before?.key === key && before), key, problem: (error as Error).message }));
      }
    });
    const hear = (event: ServerEvent | 'open') => {
      if (event !== 'open' && event.event !== 'reset' && !kindsHeard.has(kindOf(event))) return;
      reading.soon();
    };
    void reading.now();
    const deafen = live.hear(hear);
    return () => {
      deafen();
      reading.stop();
      ended.abort();
    };
  }, [key, kindsKey, turn]);
  const shown = found?.key === key ? found : undefined;
  return { data: shown?.data, problem: shown?.problem ?? '', again: () => setTurn((before) => before + 1) };
}
