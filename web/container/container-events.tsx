import { useEffect, useState } from 'preact/hooks';
import type { ClusterEvent } from '../../src/model/cluster-event.ts';
import { live } from '../live-cluster.ts';
import { serverEvents } from '../server-events.ts';
import { text } from '../texts.ts';

const mostEvents = 200;
const dayMs = 86_400_000;

/** What happened to the container within the last day, as far as the server keeps it, and what happens. */
export function ContainerEvents({ id, name }: { readonly id: string; readonly name: string }) {
  const [events, setEvents] = useState<readonly ClusterEvent[]>([]);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    const ended = new AbortController();
    const add = (event: ClusterEvent) => {
      if (event.id === id || event.name === name) setEvents((before) => [event, ...before].slice(0, mostEvents));
    };
    const read = async () => {
      const now = Date.now();
      const [since, until] = [now - dayMs, now].map((ms) => new Date(ms).toISOString());
      const path = `apiv1/events?kind=container&name=${encodeURIComponent(name)}&since=${since}&until=${until}`;
      for await (const each of serverEvents(path, {}, ended.signal))
        if (each !== 'open' && each.data?.kind) add(each.data);
    };
    read().catch((error: Error) => {
      if (!ended.signal.aborted) setProblem(error.message);
    });
    const stop = live.hear((each) => {
      if (each !== 'open' && each.event.startsWith('container.')) add(each.data);
    });
    return () => {
      ended.abort();
      stop();
    };
  }, [id, name]);
  return (
    <>
      {problem !== '' && <p class="problem">{problem}</p>}
      {events.length === 0 && <p>{text('noContainerEvents')}</p>}
      <ul class="events">
        {events.map(({ at, action, engine = '', attributes }, place) => (
          <li key={`${at} ${place}`}>
            <time dateTime={at}>{new Date(at).toLocaleTimeString()}</time> {action} {engine}{' '}
            {Object.entries(attributes)
              .map(([key, value]) => `${key}=${value}`)
              .join(' ')}
          </li>
        ))}
      </ul>
    </>
  );
}
