import type { ContainerPlan, RefusedEngines } from '../../src/api/container.ts';
import type { ServicePlan } from '../../src/api/service.ts';
import { call } from '../api.ts';
import { text } from '../texts.ts';
import type { RequestedImage } from './placed-form.ts';

/** Where each replica would go. */
export function Slots({ plan: { lands, stays, stranded } }: { readonly plan: ServicePlan }) {
  return (
    <>
      <h3>{text('slots')}</h3>
      <ul class="verdicts">
        {[...lands.map(({ slot, to }) => ({ slot, on: to })), ...stays].map(({ slot, on }) => (
          <li key={slot}>
            {slot}: {on}
          </li>
        ))}
        {stranded.map(({ slot, refused }) => (
          <li key={slot} class="problem">
            {slot}: {text('nowhere')}{' '}
            {((refused as Partial<RefusedEngines> | undefined)?.counts ?? []).map(({ message }) => message).join('; ')}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Throws as `call`. */
export async function planOf(image: object, signal?: AbortSignal): Promise<ContainerPlan> {
  return (await call('POST', 'apiv1/plan', image, signal)) as ContainerPlan;
}

/** Throws as `call`. */
export async function servicePlanOf(service: object, signal?: AbortSignal): Promise<ServicePlan> {
  return (await call('POST', 'apiv1/plan', { service }, signal)) as ServicePlan;
}

interface VerdictsProps {
  readonly plan: ContainerPlan;
  /** Asks for what an advice says. */
  readonly use?: (ask: RequestedImage) => void;
}

/** What each engine says. */
export function Verdicts({ plan: { candidates, refused }, use }: VerdictsProps) {
  return (
    <>
      {candidates.length === 0 ? <p class="problem">{text('noPlace')}</p> : <h3>{text('placing')}</h3>}
      <ol class="verdicts">
        {candidates.map(({ engine, score }) => (
          <li key={engine}>
            {engine} <small>{text('score', { score: Math.round(100 * score) / 100 })}</small>
          </li>
        ))}
      </ol>
      {refused.engines.length > 0 && <h3>{text('refusing')}</h3>}
      <ul class="verdicts">
        {refused.engines.map(({ engine, message }) => (
          <li key={engine}>
            {engine}: {message}
          </li>
        ))}
      </ul>
      {(refused.advice ?? []).length > 0 && <h3>{text('advice')}</h3>}
      <ul class="verdicts">
        {(refused.advice ?? []).map(({ message, ask }) => (
          <li key={message}>
            {message}{' '}
            {ask && use && (
              <button type="button" onClick={() => use(ask)}>
                {text('useAdvice')}
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
