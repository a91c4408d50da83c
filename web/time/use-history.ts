import { useEffect, useState } from 'preact/hooks';
import type { ClusterEvent } from '../../src/model/cluster-event.ts';
import { live } from '../live-cluster.ts';
import { kindOf, serverEvents } from '../server-events.ts';

const dayMs = 86_400_000;
/** The youngest are kept; the server itself keeps about as many. */
const mostEvents = 20_000;
const drawMs = 500;

export interface History {
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
    const nowMs = Date.now();
    return { events: [], sinceMs: nowMs - dayMs, nowMs, isRead: false, problem: '' };
  });
  useEffect(() => {
    const ended = new AbortController();
    const { sinceMs, nowMs } = history;
    let events: ClusterEvent[] = [];
    let knownMs = sinceMs;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isLost = false;
    const add = (event: ClusterEvent) => {
      if (isLost) knownMs = Date.parse(event.at);
      isLost = false;
      events.push(event);
      if (events.length <= mostEvents) return;
      events = events.slice(-mostEvents / 2);
      knownMs = Date.parse(events[0]?.at ?? '');
    };
    const show = (more: Partial<History> = {}) =>
      setHistory((before) => ({ ...before, events: [...events], sinceMs: knownMs, nowMs: Date.now(), ...more }));
    const read = async () => {
      const [since, until] = [sinceMs, nowMs].map((ms) => new Date(ms).toISOString());
      const path = `apiv1/events?kind=container&kind=engine&since=${since}&until=${until}`;
      for await (const each of serverEvents(path, {}, ended.signal)) {
        if (each === 'open') continue;
        if (each.event === 'reset') isLost = true;
        else if (each.data?.kind) add(each.data);
      }
      show({ isRead: true });
    };
    read().catch((error: Error) => {
      if (!ended.signal.aborted) show({ problem: error.message, isRead: true });
    });
    const stop = live.hear((each) => {
      if (each === 'open' || !['container', 'engine'].includes(kindOf(each))) return;
      add(each.data);
      timer ??= setTimeout(() => {
        timer = undefined;
        show();
      }, drawMs);
    });
    return () => {
      clearTimeout(timer);
      ended.abort();
      stop();
    };
  }, []);
  return history;
}
