import { useEffect, useState } from 'preact/hooks';
import type { ContainerPlan, RefusedEngines, RunningContainer } from '../src/api/container.ts';
import type { ServicePlan } from '../src/api/service.ts';
import { call } from './api.ts';
import { type Field, type Form, formWith, imageConfigOf, nothing, serviceOf, type Wanted } from './placed-form.ts';
import { text } from './texts.ts';
import { go, setFields, showContainer } from './use-address.ts';
import { useMay } from './use-may.ts';
import type { ViewProps } from './views.tsx';

/** Planned so long after the last change. */
const settledMs = 250;

/** A form, and what every engine says of it while it is filled in. */
export function PlaceView({ address: { fields } }: ViewProps) {
  const isService = fields.as === 'service';
  const mayService = useMay('service', 'create');
  const mayRun = useMay('container', 'create');
  const [servicePlan, setServicePlan] = useState<ServicePlan>();
  const [form, setForm] = useState<Form>(nothing);
  const [advised, setAdvised] = useState<Wanted>({});
  const [plan, setPlan] = useState<ContainerPlan>();
  const [problem, setProblem] = useState('');
  const [done, setDone] = useState('');
  const [isBusy, setBusy] = useState(false);
  const wanted = { ...imageConfigOf(form), ...advised };
  const asked = JSON.stringify(wanted);
  const service = JSON.stringify(isService && form.name !== '' ? serviceOf(form, wanted) : undefined);
  useEffect(() => {
    setPlan(undefined);
    setServicePlan(undefined);
    setProblem('');
    if (form.image === '') return;
    const ended = new AbortController();
    const timer = setTimeout(() => {
      planOf(JSON.parse(asked), ended.signal).then(setPlan, (error: Error) => {
        if (!ended.signal.aborted) setProblem(error.message);
      });
      if (service !== undefined)
        call('POST', 'apiv1/plan', { service: JSON.parse(service) }, ended.signal).then(
          (planned) => setServicePlan(planned as ServicePlan),
          // The plan of the container says the same, or running it does.
          () => undefined,
        );
    }, settledMs);
    return () => {
      clearTimeout(timer);
      ended.abort();
    };
  }, [asked, service, form.image]);
  const change = (name: Field, value: string) => {
    if (name === 'image') setAdvised({});
    setForm({ ...form, [name]: value });
  };
  const follow = (ask: Wanted) => {
    const { form: next, rest } = formWith(form, ask);
    setForm(next);
    setAdvised({ ...advised, ...rest });
  };
  const input = (name: Field, label: string, more = {}) => (
    <label>
      {label}
      <input
        name={name}
        value={form[name]}
        autocomplete="off"
        {...more}
        onInput={({ currentTarget }) => change(name, currentTarget.value)}
      />
    </label>
  );
  const run = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem('');
    setDone('');
    try {
      if (isService) {
        await call('POST', 'apiv1/service', serviceOf(form, wanted));
        go({ view: 'services', chosen: form.name, fields: {} });
        return;
      }
      // One, as no count is asked for.
      const { id, engine } = (await call('POST', 'apiv1/container', wanted)) as RunningContainer;
      setDone(text('running', { name: form.name || id.slice(0, 12), engine: engine.id }));
      showContainer(id);
    } catch (error) {
      setProblem((error as Error).message);
    }
    setBusy(false);
  };
  return (
    <div class="place">
      <form onSubmit={run}>
        {mayService.has('create') && (
          <fieldset>
            <legend>{text('placeAs')}</legend>
            {(['container', 'service'] as const).map((each) => (
              <label key={each} class="choice">
                <input
                  type="radio"
                  name="as"
                  checked={(each === 'service') === isService}
                  onChange={() => setFields({ as: each === 'service' ? each : '' })}
                />
                {text(`as_${each}`)}
              </label>
            ))}
          </fieldset>
        )}
        {input('image', text('image'), { required: true, placeholder: 'busybox:1.36' })}
        {input('name', text('name'), { required: isService })}
        {isService && input('replicas', text('replicas'), { inputMode: 'numeric', placeholder: '1' })}
        {input('command', text('command'), { placeholder: 'sleep 1000' })}
        {input('cpus', text('cpusWanted'), { inputMode: 'decimal', placeholder: '0.5' })}
        {input('memory', text('memoryWanted'), { inputMode: 'numeric', placeholder: '256' })}
        {input('ports', text('portsWanted'), { placeholder: '8080:80' })}
        {input('labels', text('labelsWanted'), { placeholder: 'ssd, eu' })}
        {input('type', text('typeWanted'))}
        {Object.keys(advised).length > 0 && <pre>{JSON.stringify(advised, null, 2)}</pre>}
        <button
          type="submit"
          disabled={isBusy || form.image === '' || !(isService ? mayService : mayRun).has('create')}
        >
          {text(isService ? 'createService' : 'run')}
        </button>
        <p role="status">{done}</p>
        <p class="problem" role="alert">
          {problem}
        </p>
      </form>
      <section aria-live="polite">
        <h2>{text('verdicts')}</h2>
        {form.image === '' && <p class="empty">{text('imageFirst')}</p>}
        {servicePlan && <Slots plan={servicePlan} />}
        {plan && <Verdicts plan={plan} use={follow} />}
      </section>
    </div>
  );
}

/** Where each replica would go. */
function Slots({ plan: { lands, stays, stranded } }: { readonly plan: ServicePlan }) {
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

interface VerdictsProps {
  readonly plan: ContainerPlan;
  /** Asks for what an advice says. */
  readonly use?: (ask: Wanted) => void;
}

/** What each engine says. */
export function Verdicts({ plan: { candidates, refused }, use }: VerdictsProps) {
  return (
    <>
      {candidates.length === 0 ? <p class="problem">{text('noPlace')}</p> : <h3>{text('placing')}</h3>}
      <ol class="verdicts">
        {candidates.map(({ engine, score }) => (
          <li key={engine}>
            {engine} <small>{Math.round(100 * score) / 100}</small>
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
