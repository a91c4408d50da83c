import { useState } from 'preact/hooks';
import type { RunningContainer } from '../../src/api/container.ts';
import type { TranslatedRun } from '../../src/api/translate.ts';
import { call } from '../api.ts';
import { text } from '../texts.ts';
import { go, setFields, showContainer } from '../use-address.ts';
import { useMay } from '../use-may.ts';
import type { ViewProps } from '../views.tsx';
import { ComposePlace } from './compose-place.tsx';
import { Warnings } from './place-warnings.tsx';
import {
  type Field,
  type Form,
  formWith,
  imageConfigOf,
  nothing,
  type RequestedImage,
  serviceOf,
} from './placed-form.ts';
import { useAnswer } from './use-answer.ts';
import { planOf, Slots, servicePlanOf, Verdicts } from './verdicts.tsx';

const sources = ['form', 'line', 'file'] as const;

/** What is to run: as fields, or as a text that is written for Docker. */
export function PlaceView({ state, address: { fields } }: ViewProps) {
  const from = sources.find((each) => each === fields.from) ?? 'form';
  return (
    <>
      <fieldset class="place-from">
        <legend>{text('placeFrom')}</legend>
        {sources.map((each) => (
          <label key={each} class="choice">
            <input
              type="radio"
              name="from"
              checked={each === from}
              onChange={() => setFields({ from: each === 'form' ? '' : each })}
            />
            {text(`from_${each}`)}
          </label>
        ))}
      </fieldset>
      {from === 'file' ? (
        <ComposePlace services={state.services} />
      ) : (
        <PlaceOne key={from} isLine={from === 'line'} isService={fields.as === 'service'} />
      )}
    </>
  );
}

interface PlaceOneProps {
  /** A line of `docker run` in place of the fields. */
  readonly isLine: boolean;
  readonly isService: boolean;
}

/** A container or a service, and what every engine says of it while it is typed. */
function PlaceOne({ isLine, isService }: PlaceOneProps) {
  const mayService = useMay('service', 'create', 'plan');
  const mayRun = useMay('container', 'create');
  const [form, setForm] = useState<Form>(nothing);
  const [line, setLine] = useState('');
  const [advised, setAdvised] = useState<RequestedImage>({});
  const [problem, setProblem] = useState('');
  const [done, setDone] = useState('');
  const [isBusy, setBusy] = useState(false);
  const read = useAnswer(isLine && line.trim() !== '' ? line : undefined, translated);
  const asked = isLine ? read.data?.image : form.image === '' ? undefined : imageConfigOf(form);
  const advisedImage = asked && withAdvice(asked, advised);
  const name = form.name.trim() || (isLine ? String(advisedImage?.container_name ?? '') : '');
  const service = advisedImage && isService && name !== '' ? serviceOf({ ...form, name }, advisedImage) : undefined;
  const plan = useAnswer(advisedImage && JSON.stringify(advisedImage), (body, signal) =>
    planOf(JSON.parse(body), signal),
  );
  // Where it fails, the plan of the container says the same, or creating it does.
  const { data: servicePlan } = useAnswer(service && JSON.stringify(service), (body, signal) =>
    servicePlanOf(JSON.parse(body), signal),
  );
  const message = problem || plan.problem;
  const change = (field: Field, value: string) => {
    if (field === 'image') setAdvised({});
    setProblem('');
    setForm({ ...form, [field]: value });
  };
  const follow = (ask: RequestedImage) => {
    const { form: next, rest } = isLine ? { form, rest: ask } : formWith(form, ask);
    setForm(next);
    setAdvised({ ...advised, ...rest });
  };
  const input = (field: Field, label: string, more = {}) => (
    <label>
      {label}
      <input
        name={field}
        value={form[field]}
        autocomplete="off"
        {...more}
        onInput={({ currentTarget }) => change(field, currentTarget.value)}
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
        await call('POST', 'apiv1/service', serviceOf({ ...form, name }, advisedImage ?? {}));
        go({ view: 'services', chosen: name, fields: {} });
        return;
      }
      // One, as no count is asked for.
      const { id, engine } = (await call('POST', 'apiv1/container', advisedImage)) as RunningContainer;
      setDone(text('running', { name: name || id.slice(0, 12), engine: engine.id }));
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
        {isLine ? (
          <LineField
            line={line}
            problem={read.problem}
            change={(typed) => {
              setAdvised({});
              setProblem('');
              setLine(typed);
            }}
          />
        ) : (
          input('image', text('image'), { required: true, placeholder: 'busybox:1.36' })
        )}
        {(!isLine || isService) && input('name', text('name'), { required: isService && name === '' })}
        {isService && input('replicas', text('replicas'), { inputMode: 'numeric', placeholder: '1' })}
        {!isLine && (
          <>
            {input('command', text('command'), { placeholder: 'sleep 1000' })}
            {input('cpus', text('cpusWanted'), { inputMode: 'decimal', placeholder: '0.5' })}
            {input('memory', text('memoryWanted'), { inputMode: 'numeric', placeholder: '256' })}
            {input('ports', text('portsWanted'), { placeholder: '8080:80' })}
            {input('labels', text('labelsWanted'), { placeholder: 'ssd, eu' })}
            {input('type', text('typeWanted'))}
          </>
        )}
        {isLine && advisedImage && <Warnings warnings={read.data?.warnings ?? []} />}
        {!isLine && Object.keys(advised).length > 0 && <pre>{JSON.stringify(advised, null, 2)}</pre>}
        <button type="submit" disabled={isBusy || !advisedImage || !(isService ? mayService : mayRun).has('create')}>
          {text(isService ? 'createService' : 'run')}
        </button>
        <p role="status">{done}</p>
        <p class="problem" role="alert">
          {message}
        </p>
        {isLine && advisedImage && (
          <>
            <h3>{text('understood')}</h3>
            <pre>{JSON.stringify(advisedImage, null, 2)}</pre>
          </>
        )}
      </form>
      <section aria-live="polite">
        <h2>{text('verdicts')}</h2>
        {!advisedImage && read.problem === '' && <p class="empty">{text(isLine ? 'lineFirst' : 'imageFirst')}</p>}
        {servicePlan && <Slots plan={servicePlan} />}
        {plan.data && <Verdicts plan={plan.data} use={follow} />}
      </section>
    </div>
  );
}

interface LineFieldProps {
  readonly line: string;
  readonly problem: string;
  readonly change: (line: string) => void;
}

function LineField({ line, problem, change }: LineFieldProps) {
  return (
    <>
      <label>
        {text('runLine')}
        <textarea
          name="line"
          rows={5}
          spellcheck={false}
          required
          placeholder="docker run -d -p 8080:80 --memory 256m nginx"
          value={line}
          {...(problem !== '' && { 'aria-invalid': true, 'aria-describedby': 'line-problem' })}
          onInput={({ currentTarget }) => change(currentTarget.value)}
        />
      </label>
      <p id="line-problem" class="problem" role="alert">
        {problem}
      </p>
    </>
  );
}

async function translated(run: string, signal: AbortSignal): Promise<TranslatedRun> {
  return (await call('POST', 'apiv1/translate', { run }, signal)) as TranslatedRun;
}

/** null: to be left out. */
function withAdvice(asked: RequestedImage, advised: RequestedImage): RequestedImage {
  return Object.fromEntries(Object.entries({ ...asked, ...advised }).filter(([, value]) => value !== null));
}
