import { useMemo, useState } from 'preact/hooks';
import { type ClusterState, nameOf } from '../live-cluster.ts';
import { text } from '../texts.ts';
import type { ViewProps } from '../views.tsx';
import { type Change, changesBetween, type Moment, momentAt } from './history.ts';
import { useHistory } from './use-history.ts';

const stepMs = 1_000;
const hourMs = 3_600_000;
const maxShown = 500;
const maxEngines = 200;

/** The cluster as it was at a moment of the last day, and what changed until another one. */
export function TimeView({ state }: ViewProps) {
  const { events, sinceMs, nowMs, isRead, problem } = useHistory();
  const [thenMs, setThen] = useState(() => Date.now() - hourMs);
  const [laterMs, setLater] = useState<number>();
  const now = useMemo(() => momentOf(state), [state.engines, state.containers]);
  const [fromMs, untilMs] = [Math.max(sinceMs, thenMs), laterMs ?? nowMs];
  const then = useMemo(() => momentAt(events, now, fromMs), [events, now, fromMs]);
  const later = useMemo(() => momentAt(events, now, untilMs), [events, now, untilMs]);
  const changes = useMemo(() => changesBetween(then, later), [then, later]);
  if (!isRead) return <p role="status">{text('readingPast')}</p>;
  return (
    <section class="time" aria-label={text('time')}>
      {problem !== '' && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <p>{text('knownSince', { since: new Date(sinceMs).toLocaleString() })}</p>
      <Slider name={text('moment')} value={fromMs} least={sinceMs} most={nowMs} moved={setThen} />
      <Slider name={text('laterMoment')} value={untilMs} least={sinceMs} most={nowMs} moved={setLater} />
      {laterMs !== undefined && (
        <button type="button" onClick={() => setLater(undefined)}>
          {text('untilNow')}
        </button>
      )}
      <h2>{text('changesFound', { count: changes.length })}</h2>
      {changes.length === 0 && <p>{text('noChanges')}</p>}
      <ul class="changes">
        {changes.slice(0, maxShown).map((each) => (
          <li key={`${each.kind} ${each.id}`} class={each.what}>
            {wordsOf(each)}
          </li>
        ))}
      </ul>
      {changes.length > maxShown && <p>{text('andMore', { count: changes.length - maxShown })}</p>}
      <h2>{text('enginesThen')}</h2>
      <Engines then={then} later={later} />
    </section>
  );
}

interface SliderProps {
  readonly name: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly moved: (ms: number) => void;
}

function Slider({ name, value, least, most, moved }: SliderProps) {
  const shownTime = new Date(value).toLocaleString();
  // A slider stops at its last whole step: the end must be one, or what happened within the last second is never reached.
  const end = least + Math.ceil((most - least) / stepMs) * stepMs;
  return (
    <label class="slider">
      {name}: {shownTime}
      <input
        type="range"
        min={least}
        max={end}
        step={stepMs}
        value={value}
        aria-valuetext={shownTime}
        onInput={({ currentTarget }) => moved(Math.min(Number(currentTarget.value), most))}
      />
    </label>
  );
}

function wordsOf({ kind, name, engine, what, before, after }: Change): string {
  const whose = kind === 'engine' ? text('engineNamed', { name }) : text('containerOn', { name, engine });
  if (what === 'came') return text('cameSince', { whose, after });
  return what === 'went' ? text('wentSince', { whose, before }) : text('changedFrom', { whose, before, after });
}

/** How many containers ran on each, at both moments. */
function Engines({ then, later }: { readonly then: Moment; readonly later: Moment }) {
  const [before, after] = [runningBy(then), runningBy(later)];
  const ids = [...new Set([...then.engines.keys(), ...later.engines.keys()])].sort();
  return (
    <>
      <table class="past">
        <thead>
          <tr>
            <th scope="col">{text('engine')}</th>
            <th scope="col">{text('moment')}</th>
            <th scope="col">{text('laterMoment')}</th>
          </tr>
        </thead>
        <tbody>
          {ids.slice(0, maxEngines).map((id) => (
            <tr key={id}>
              <th scope="row">{id}</th>
              <td>{cellOf(then.engines.get(id), before.get(id))}</td>
              <td>{cellOf(later.engines.get(id), after.get(id))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {ids.length > maxEngines && <p>{text('andMore', { count: ids.length - maxEngines })}</p>}
    </>
  );
}

function cellOf(status: string | undefined, running = 0): string {
  return status === undefined ? text('notThere') : text('runningThen', { status, count: running });
}

function runningBy({ containers }: Moment): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { engine, state } of containers.values())
    if (state === 'running') counts.set(engine, (counts.get(engine) ?? 0) + 1);
  return counts;
}

function momentOf({ engines, containers }: ClusterState): Moment {
  return {
    engines: new Map(engines.map(({ id, status }) => [id, status])),
    containers: new Map(
      [...containers.values()].flat().map((each) => {
        const { id, engine, image, state } = each;
        return [id, { name: nameOf(each), engine: engine.id, image: image.name, state }];
      }),
    ),
  };
}
