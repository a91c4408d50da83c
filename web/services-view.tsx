import { useState } from 'preact/hooks';
import type { RefusedEngines } from '../src/api/container.ts';
import type { Service } from '../src/api/service.ts';
import { send } from './api.ts';
import { text } from './texts.ts';
import { showContainer } from './use-address.ts';
import { useMay } from './use-may.ts';
import type { ViewProps } from './views.tsx';

const isWell: ReadonlySet<Service['status']['state']> = new Set(['running', 'updating', 'moving', 'removing']);

/** Services with their replicas; each opens with what it waits for and how replicas of it failed. */
export function ServicesView({ state: { services } }: ViewProps) {
  if (services.length === 0)
    return (
      <div class="empty">
        <p>{text('noServices')}</p>
        <pre>satsuma service create web nginx:1 --replicas 3 -p 80</pre>
      </div>
    );
  return (
    <ul class="services" aria-label={text('services')}>
      {services.map((each) => (
        <li key={each.name}>
          <ServiceDetails service={each} />
        </li>
      ))}
    </ul>
  );
}

function ServiceDetails({ service }: { readonly service: Service }) {
  const { name, image, generation, status } = service;
  const [isOpen, setOpen] = useState(false);
  const rollout = status.rollout.message;
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <strong>{name}</strong>{' '}
        <span class={`status ${isWell.has(status.state) ? '' : 'problem'}`}>{status.state}</span>{' '}
        {text('readyOf', { ready: status.ready, wanted: status.wanted })}, {image.name},{' '}
        {text('generation', { generation })}
      </summary>
      {rollout !== undefined && rollout !== '' && <p class="problem">{rollout}</p>}
      {isOpen && <ServiceActions service={service} />}
      <ul class="replicas">
        {status.replicas.map(({ slot, copy, engine, state, reason, container }) => (
          <li key={`${slot} ${copy} ${container}`}>
            <button
              type="button"
              disabled={container === null}
              onClick={() => container !== null && showContainer(container)}
            >
              {slot}
            </button>{' '}
            {engine}: {state}
            {reason !== undefined && reason !== '' && <span class="problem"> {reason}</span>}
          </li>
        ))}
        {status.waiting.map(({ slot, message, details, log }) => (
          <li key={`waiting ${slot}`} class="problem">
            {slot}: {message}
            <ul>
              {countsIn(details).map(({ message: each, engines }) => (
                <li key={each}>{text('onEngines', { message: each, engines })}</li>
              ))}
            </ul>
            {log !== undefined && log !== '' && <pre class="log">{log}</pre>}
          </li>
        ))}
      </ul>
      {status.last_failures.length > 0 && <h3>{text('lastFailures')}</h3>}
      <ul class="replicas">
        {status.last_failures.map(({ slot, at, engine, reason, log }) => (
          <li key={`${slot} ${at}`}>
            {new Date(at).toLocaleString()}, {slot}, {engine}: {reason}
            {log !== undefined && log !== '' && <pre class="log">{log}</pre>}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Why engines refuse it, where that is what it waits for. */
function countsIn(details: unknown): RefusedEngines['counts'] {
  return (details as Partial<RefusedEngines> | undefined)?.counts ?? [];
}

function ServiceActions({ service: { name, replicas, status } }: { readonly service: Service }) {
  const may = useMay('service', 'update');
  const [wanted, setWanted] = useState(String(replicas));
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  if (!may.has('update')) return null;
  const post = async (verb: string, body?: object) => {
    setBusy(true);
    setProblem('');
    await send('POST', `apiv1/service/${encodeURIComponent(name)}/${verb}`, { body }).catch((error: Error) =>
      setProblem(error.message),
    );
    setBusy(false);
  };
  const verbs = [...(status.state === 'paused' ? ['resume' as const] : []), 'restart' as const, 'rollback' as const];
  return (
    <>
      <form
        class="actions"
        onSubmit={(event) => {
          event.preventDefault();
          void post('scale', { replicas: Number(wanted) });
        }}
      >
        {replicas !== 'global' && (
          <>
            <input
              type="number"
              min={0}
              required
              aria-label={text('replicas')}
              value={wanted}
              onInput={({ currentTarget }) => setWanted(currentTarget.value)}
            />
            <button type="submit" disabled={isBusy}>
              {text('scale')}
            </button>
          </>
        )}
        {verbs.map((verb) => (
          <button key={verb} type="button" disabled={isBusy} onClick={() => post(verb)}>
            {text(verb)}
          </button>
        ))}
      </form>
      <p class="problem" role="alert">
        {problem}
      </p>
    </>
  );
}
