import { useEffect, useState } from 'preact/hooks';

/** Asked so long after the last change. */
const settledMs = 250;

interface Found<Answer> {
  readonly data?: Answer;
  /** In the words of the server. */
  readonly problem: string;
}

const nothingYet = { problem: '' };

/** What the server says of what is typed, once it rests; nothing of what was typed before. `asked` undefined: not asked. */
export function useAnswer<Answer>(
  asked: string | undefined,
  ask: (asked: string, signal: AbortSignal) => Promise<Answer>,
): Found<Answer> {
  const [found, setFound] = useState<Found<Answer> & { readonly asked: string }>();
  // `ask` is another function at each drawing; `asked` says what it asks.
  useEffect(() => {
    if (asked === undefined) return;
    const ended = new AbortController();
    const timer = setTimeout(() => {
      ask(asked, ended.signal).then(
        (data) => setFound({ asked, data, problem: '' }),
        (error: Error) => {
          if (!ended.signal.aborted) setFound({ asked, problem: error.message });
        },
      );
    }, settledMs);
    return () => {
      clearTimeout(timer);
      ended.abort();
    };
  }, [asked]);
  return found !== undefined && found.asked === asked ? found : nothingYet;
}
