import type { ClusterEvent } from '../src/model/cluster-event.ts';
import { serverNowMs } from './api.ts';
import { live } from './live-cluster.ts';
import { type ServerEvent, serverEvents } from './server-events.ts';

/** Of those that happen while the past is read. */
const maxWaiting = 20_000;
/** The server's clock is known to a second. */
const clockMs = 1_000;

interface Follower {
  /** `id`: of the event, equal on every server. */
  readonly take: (event: ClusterEvent, id: string) => void;
  /** Events before those that are taken next were lost. */
  readonly lost?: () => void;
  /** The past is read, or why it is not: what happens is taken from now on. */
  readonly caughtUp: (problem?: string) => void;
}

interface Asked {
  /** Of `GET apiv1/events`, like `kind=container&`. */
  readonly query: string;
  readonly sinceMs: number;
  /** The same for events that happen: the page has one stream of all of them. */
  readonly isSelected: (event: ClusterEvent) => boolean;
}

/** Events of the past and then those that happen, each once, the oldest first. Returns how to stop. */
export function followEvents({ query, sinceMs, isSelected }: Asked, { take, lost, caughtUp }: Follower): () => void {
  const ended = new AbortController();
  const taken = new Set<string>();
  let waiting: ServerEvent[] | undefined = [];
  const pass = ({ event, data, id }: ServerEvent) => {
    if (event === 'reset') lost?.();
    else if (data?.kind !== undefined && isSelected(data)) take(data, id);
  };
  const stop = live.hear((each) => {
    if (each === 'open') return;
    if (!waiting) pass(each);
    else if (waiting.push(each) > maxWaiting) waiting.shift();
  });
  const readPast = async () => {
    const [since, until] = [sinceMs, serverNowMs() + clockMs].map((ms) => new Date(ms).toISOString());
    for await (const each of serverEvents(`apiv1/events?${query}since=${since}&until=${until}`, {}, ended.signal)) {
      if (each === 'open') continue;
      taken.add(each.id);
      pass(each);
    }
  };
  const catchUp = (error?: Error) => {
    if (ended.signal.aborted) return;
    for (const each of waiting ?? []) if (!taken.has(each.id)) pass(each);
    waiting = undefined;
    taken.clear();
    caughtUp(error?.message);
  };
  readPast().then(() => catchUp(), catchUp);
  return () => {
    ended.abort();
    stop();
  };
}
