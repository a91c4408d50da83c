import { useEffect, useState } from 'preact/hooks';
import type { ClusterEvent } from '../../src/model/cluster-event.ts';
import { serverNowMs } from '../api.ts';
import { followEvents } from '../follow-events.ts';

const dayMs = 86_400_000;
/** The youngest are kept; the server itself keeps about as many. */
const maxEvents = 20_000;
const drawMs = 500;

interface History {
  /** The oldest first. */
  readonly events: readonly ClusterEvent[];
  /** What was before that is not known. In milliseconds since 1970. */
  readonly sinceMs: number;
  readonly nowMs: number;
  readonly isRead: boolean;
  readonly problem: string;
}

/** What happened to engines and containers within the last day, as far as the server keeps it, and what happens. */
export function useHistory(): History {
  const [history, setHistory] = useState<History>(() => {
    const nowMs = serverNowMs();
    return { events: [], sinceMs: nowMs - dayMs, nowMs, isRead: false, problem: '' };
  });
  useEffect(() => {
    const { sinceMs } = history;
    let events: ClusterEvent[] = [];
    let knownMs = sinceMs;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isLost = false;
    let isRead = false;
    const show = (problem = '') => {
      clearTimeout(timer);
      timer = undefined;
      setHistory((before) => ({
        ...{ events: [...events], sinceMs: knownMs, nowMs: serverNowMs(), isRead: true },
        problem: problem || before.problem,
      }));
    };
    const stop = followEvents(
      {
        query: 'kind=container&kind=engine&',
        sinceMs,
        isSelected: ({ kind }) => kind === 'container' || kind === 'engine',
      },
      {
        take: (event) => {
          if (isLost) {
            // What was before cannot be told from what was lost.
            events = [];
            knownMs = Date.parse(event.at);
          }
          isLost = false;
          events.push(event);
          if (events.length > maxEvents) {
            events = events.slice(-maxEvents / 2);
            knownMs = Date.parse(events[0]?.at ?? '');
          }
          if (isRead) timer ??= setTimeout(show, drawMs);
        },
        lost: () => {
          isLost = true;
        },
        caughtUp: (problem) => {
          isRead = true;
          show(problem);
        },
      },
    );
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, []);
  return history;
}
