import { useState } from 'preact/hooks';
import type { RefusedEngines } from '../../src/api/container.ts';
import type { Service } from '../../src/api/service.ts';
import { text } from '../texts.ts';
import { hrefOf, showContainer } from '../use-address.ts';
import { matches, ViewHead } from '../view-head.tsx';
import type { ViewProps } from '../views.tsx';
import { ServiceActions } from './service-actions.tsx';
import { ServiceHistory } from './service-history.tsx';

const isWell: ReadonlySet<Service['status']['state']> = new Set(['running', 'updating', 'moving', 'removing']);

/** Services with their replicas; each opens with what it waits for and how replicas of it failed. */
export function ServicesView({ state: { services }, address: { chosen, fields } }: ViewProps) {
  if (services.length === 0)
    return (
      <div class="empty">
        <p>{text('noServices')}</p>
        <p>
          <a href={hrefOf('place', undefined, { as: 'service' })}>{text('placeService')}</a>
        </p>
        <pre>satsuma service create web nginx:1 --replicas 3 -p 80</pre>
      </div>
    );
  const shown = services.filter(({ name, image }) => matches(fields.filter, name, image.name, image.project));
  return (
    <>
      <ViewHead view="services" />
      {chosen !== undefined && !services.some(({ name }) => name === chosen) && (
        <p class="problem">{text('goneNow', { name: chosen })}</p>
      )}
      {shown.length === 0 && <p>{text('noMatch')}</p>}
      <ul class="services" aria-label={text('services')}>
        {shown.map((each) => (
          <li key={each.name}>
            <ServiceDetails service={each} isChosen={each.name === chosen} />
          </li>
        ))}
      </ul>
    </>
  );
}

interface DetailsProps {
  readonly service: Service;
  /** It is open from the beginning. */
  readonly isChosen: boolean;
}

function ServiceDetails({ service, isChosen }: DetailsProps) {
  const { name, image, generation, status } = service;
  const [isOpen, setOpen] = useState(isChosen);
  const rollout = status.rollout.message;
  return (
    <details open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <strong>{name}</strong>{' '}
        <span class={`status ${isWell.has(status.state) ? '' : 'problem'}`}>{status.state}</span>{' '}
        {text('readyOf', { ready: status.ready, wanted: status.wanted })}, {image.name},{' '}
        {text('generation', { generation })}
      </summary>
      {rollout !== undefined && rollout !== '' && <p class="problem">{rollout}</p>}
      {isOpen && <ServiceActions service={service} />}
      {isOpen && <Exchange service={service} />}
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
      {isOpen && <ServiceHistory service={service} />}
    </details>
  );
}

/** How many replicas are of the generation that is rolled out. */
function Exchange({ service: { status } }: { readonly service: Service }) {
  const { rollout, replicas, wanted } = status;
  const fresh = replicas.filter(
    ({ generation, state }) => generation === rollout.generation && state === 'ready',
  ).length;
  if (rollout.state === 'completed' || rollout.state === 'rolled back') return null;
  const progressText = text('exchanged', { state: rollout.state, fresh, wanted, generation: rollout.generation });
  return (
    <p>
      {progressText} <progress value={fresh} max={Math.max(wanted, 1)} aria-label={progressText} />
    </p>
  );
}

/** Why engines refuse it, where that is what it waits for. */
function countsIn(details: unknown): RefusedEngines['counts'] {
  return (details as Partial<RefusedEngines> | undefined)?.counts ?? [];
}
