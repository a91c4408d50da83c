import { useEffect, useState } from 'preact/hooks';
import type { ClusterEvent } from '../../src/model/cluster-event.ts';
import { serverNowMs } from '../api.ts';
import { followEvents } from '../follow-events.ts';
import { RowsTable } from '../rows-table.tsx';
import { text } from '../texts.ts';
import { setFields } from '../use-address.ts';
import { matches, timeText, ViewHead } from '../view-head.tsx';
import type { ViewProps } from '../views.tsx';

/** The latest are kept and shown. */
const maxEvents = 500;
/** What happened before the view was opened. */
const beforeMs = 3_600_000;
const drawnEveryMs = 250;

/** What happens, the latest first, as it happens. */
export function EventsView({ address: { fields } }: ViewProps) {
  const { events, problem } = useEvents();
  const kinds = [...new Set(events.map(({ kind }) => kind))].sort();
  const shown = events.filter(
    ({ kind, action, name, engine, project, id }) =>
      (fields.kind === undefined || fields.kind === kind) &&
      matches(fields.filter, kind, action, name, engine, project, id),
  );
  return (
    <>
      <ViewHead view="events" problem={problem}>
        <label>
          {text('kind')}{' '}
          <select onChange={({ currentTarget }) => setFields({ kind: currentTarget.value })}>
            <option value="">{text('allKinds')}</option>
            {kinds.map((kind) => (
              <option key={kind} value={kind} selected={kind === fields.kind}>
                {kind}
              </option>
            ))}
          </select>
        </label>
      </ViewHead>
      {shown.length === 0 ? (
        <p class="empty">{text('noEvents')}</p>
      ) : (
        <RowsTable
          name={text('events')}
          rows={shown}
          rowKey={({ key }) => key}
          columns={{
            [text('when')]: ({ at }) => timeText(at),
            [text('kind')]: ({ kind }) => kind,
            [text('what')]: ({ action }) => action,
            [text('name')]: ({ name }) => name,
            [text('engine')]: ({ engine }) => engine ?? '',
            [text('project')]: ({ project }) => project ?? '',
            [text('more')]: ({ attributes }) =>
              Object.entries(attributes)
                .map(([key, value]) => `${key}=${value}`)
                .join(' '),
          }}
        />
      )}
    </>
  );
}

type KnownEvent = ClusterEvent & { readonly key: string };

function useEvents() {
  const [events, setEvents] = useState<readonly KnownEvent[]>([]);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    let fresh: KnownEvent[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      timer = undefined;
      const added = fresh.reverse();
      fresh = [];
      setEvents((before) => [...added, ...before].slice(0, maxEvents));
    };
    const stop = followEvents(
      { query: '', sinceMs: serverNowMs() - beforeMs, isSelected: () => true },
      {
        take: (event, id) => {
          fresh.push({ ...event, key: id });
          if (fresh.length > maxEvents) fresh.shift();
          timer ??= setTimeout(show, drawnEveryMs);
        },
        caughtUp: (why = '') => setProblem(why),
      },
    );
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, []);
  return { events, problem };
}
