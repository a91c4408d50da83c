import { useEffect, useState } from 'preact/hooks';
import type { ClusterEvent } from '../../src/model/cluster-event.ts';
import { serverNowMs } from '../api.ts';
import { followEvents } from '../follow-events.ts';
import { text } from '../texts.ts';

const maxEvents = 200;
const dayMs = 86_400_000;

/** What happened to the container within the last day, as far as the server keeps it, and what happens. */
export function ContainerEvents({ id, name }: { readonly id: string; readonly name: string }) {
  const [events, setEvents] = useState<readonly ClusterEvent[]>([]);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    setEvents([]);
    return followEvents(
      {
        query: `kind=container&name=${encodeURIComponent(name)}&`,
        sinceMs: serverNowMs() - dayMs,
        isSelected: (event) => event.kind === 'container' && (event.id === id || event.name === name),
      },
      {
        take: (event) => setEvents((before) => [event, ...before].slice(0, maxEvents)),
        caughtUp: (why = '') => setProblem(why),
      },
    );
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
