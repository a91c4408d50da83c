import { useState } from 'preact/hooks';
import type { Service } from '../../src/api/service.ts';
import { ActionButton } from '../action-button.tsx';
import { call, send } from '../api.ts';
import { FieldsForm } from '../fields-form.tsx';
import { type TextWith, text } from '../texts.ts';
import { useMay } from '../use-may.ts';

interface Verb {
  readonly path: string;
  readonly label: TextWith;
  readonly does: TextWith<'name'>;
}

/** What can be done with it now. */
export function ServiceActions({ service }: { readonly service: Service }) {
  const { name, replicas, status } = service;
  const may = useMay('service', 'update', 'remove');
  const [desired, setDesired] = useState(String(replicas));
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const path = `apiv1/service/${encodeURIComponent(name)}`;
  const scale = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem('');
    await send('POST', `${path}/scale`, { body: { replicas: Number(desired) } }).catch((error: Error) =>
      setProblem(error.message),
    );
    setBusy(false);
  };
  const verbs: readonly Verb[] = [
    ...(status.state === 'paused' ? [{ path: 'resume', label: 'resume', does: 'resumeText' } as const] : []),
    ...(status.state === 'updating' ? [{ path: 'pause', label: 'pauseUpdate', does: 'pauseUpdateText' } as const] : []),
    { path: 'restart', label: 'restart', does: 'restartText' },
    { path: 'rollback', label: 'rollback', does: 'rollbackLast' },
  ];
  return (
    <>
      <div class="actions">
        {may.has('update') && replicas !== 'global' && (
          <form class="actions" onSubmit={scale}>
            <input
              type="number"
              min={0}
              required
              aria-label={text('replicas')}
              value={desired}
              onInput={({ currentTarget }) => setDesired(currentTarget.value)}
            />
            <button type="submit" disabled={isBusy}>
              {text('scale')}
            </button>
          </form>
        )}
        {may.has('update') &&
          verbs.map(({ path: verb, label, does }) => (
            <ActionButton
              key={verb}
              label={text(label)}
              does={text(does, { name })}
              act={() => send('POST', `${path}/${verb}`)}
            />
          ))}
        {may.has('remove') && (
          <ActionButton
            label={text('remove')}
            isGrave
            does={text('removeServiceSure', { name, replicas: status.replicas.length })}
            act={() => send('DELETE', path)}
          />
        )}
      </div>
      <p class="problem" role="alert">
        {problem}
      </p>
      {may.has('update') && <ServiceChange service={service} />}
    </>
  );
}

/**
 * Another image. What is sent names the generation that was there when the form was opened: where somebody else changed the service meanwhile, that
 * is shown, and nothing is overwritten.
 */
function ServiceChange({ service }: { readonly service: Service }) {
  const { name, generation, image, replicas } = service;
  const [base, setBase] = useState<number>();
  const isOther = base !== undefined && base !== generation;
  return (
    <details class="adds" onToggle={({ currentTarget }) => setBase(currentTarget.open ? generation : undefined)}>
      <summary>{text('changeService')}</summary>
      {isOther && (
        <p class="problem" role="alert">
          {text('changedMeanwhile', { name, generation, base, image: image.name, replicas })}{' '}
          <button type="button" onClick={() => setBase(generation)}>
            {text('takeOver')}
          </button>
        </p>
      )}
      {base !== undefined && (
        <FieldsForm
          label={text('changeService')}
          isKept
          fields={[{ name: 'name', label: text('image'), isRequired: true, begins: image.name }]}
          act={async (typed) => {
            const changed = await call('PUT', `apiv1/service/${encodeURIComponent(name)}`, {
              image: { ...image, name: typed.name },
              generation: base,
            });
            setBase(changed.generation);
            return text('serviceChanged', { name, generation: changed.generation });
          }}
        >
          <p>{text('changeServiceText')}</p>
        </FieldsForm>
      )}
    </details>
  );
}
