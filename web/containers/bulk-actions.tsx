import { useMemo, useRef, useState } from 'preact/hooks';
import type { ListedContainer } from '../../src/api/container.ts';
import type { Service } from '../../src/api/service.ts';
import type { Verb } from '../../src/model/access.ts';
import { send } from '../api.ts';
import { nameOf } from '../live-cluster.ts';
import { servicesByContainer } from '../service-of.ts';
import { text } from '../texts.ts';
import { useMay } from '../use-may.ts';

const actions = ['start', 'stop', 'restart', 'remove'] as const;
type Action = (typeof actions)[number];

const needed: Readonly<Record<Action, Verb>> = { start: 'update', stop: 'update', restart: 'update', remove: 'remove' };
/** At a time: a browser has few connections for a server. */
const together = 2;
const maxNamed = 20;

interface BulkProps {
  readonly containers: readonly ListedContainer[];
  readonly services: readonly Service[];
  readonly done: () => void;
}

/** What is done with all that are marked: first it says what, then how far it is, then what failed and why. */
export function BulkActions({ containers, services, done }: BulkProps) {
  const may = useMay('container', 'update', 'remove');
  const [action, setAction] = useState<Action>('stop');
  const [progress, setProgress] = useState<{ readonly all: number; readonly over: number }>();
  const [failures, setFailures] = useState<readonly string[]>([]);
  const dialog = useRef<HTMLDialogElement>(null);
  const offered = actions.filter((each) => may.has(needed[each]));
  const serviceOf = useMemo(() => servicesByContainer(services), [services]);
  if (offered.length === 0) return null;
  const selected = containers.filter(({ state }) => isSelected(action, state));
  const replicas = selected.filter(({ id }) => serviceOf.has(id)).length;
  const work = async () => {
    const waiting = [...selected];
    const failed: string[] = [];
    let over = 0;
    setProgress({ all: selected.length, over });
    setFailures([]);
    const one = async () => {
      for (let each = waiting.shift(); each; each = waiting.shift()) {
        const name = nameOf(each);
        const [method, path] = action === 'remove' ? (['DELETE', ''] as const) : (['POST', `/${action}`] as const);
        await send(method, `apiv1/container/${each.id}${path}`).catch((error: Error) => {
          failed.push(`${name}: ${error.message}`);
        });
        over += 1;
        setProgress({ all: selected.length, over });
      }
    };
    await Promise.all(Array.from({ length: together }, one));
    setFailures(failed);
    setProgress(undefined);
    if (failed.length === 0) done();
  };
  return (
    <div class="bulk">
      <p class="actions">
        {offered.map((each) => (
          <button
            key={each}
            type="button"
            class={each === 'remove' ? 'grave' : ''}
            disabled={progress !== undefined || !containers.some(({ state }) => isSelected(each, state))}
            onClick={() => {
              setAction(each);
              dialog.current?.showModal();
            }}
          >
            {text(each)}
          </button>
        ))}
        <span role="status">
          {progress ? text('bulkProgress', progress) : text('marked', { count: containers.length })}
        </span>
      </p>
      {failures.length > 0 && (
        <ul class="problem" role="alert">
          {failures.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      )}
      <dialog ref={dialog} aria-label={text(action)}>
        <form
          method="dialog"
          onSubmit={({ submitter }) => {
            if ((submitter as HTMLButtonElement | null)?.value === 'yes') void work();
          }}
        >
          <p>
            {text(`${action}Many`, {
              count: selected.length,
              engines: new Set(selected.map(({ engine }) => engine.id)).size,
            })}
          </p>
          <p class="names">{namesOf(selected)}</p>
          {selected.length < containers.length && (
            <p>{text('leftAlone', { count: containers.length - selected.length, action: text(action) })}</p>
          )}
          {replicas > 0 && action !== 'start' && <p>{text('areReplicas', { count: replicas })}</p>}
          <button type="submit" value="no">
            {text('cancel')}
          </button>{' '}
          <button type="submit" value="yes" class={action === 'remove' ? 'grave' : ''}>
            {text(action)}
          </button>
        </form>
      </dialog>
    </div>
  );
}

/** What runs is not started, and what does not is not stopped. */
function isSelected(action: Action, state: ListedContainer['state']): boolean {
  const runs = state === 'running' || state === 'restarting';
  return action === 'remove' || (action === 'start' ? !runs : runs);
}

function namesOf(containers: readonly ListedContainer[]): string {
  const names = containers.slice(0, maxNamed).map((each) => `${nameOf(each)} (${each.engine.id})`);
  const more = containers.length - names.length;
  return names.join(', ') + (more > 0 ? ` ${text('andMore', { count: more })}` : '');
}
