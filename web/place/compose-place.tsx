import { useEffect, useRef, useState } from 'preact/hooks';
import type { Service } from '../../src/api/service.ts';
import type { TranslatedCompose } from '../../src/api/translate.ts';
import { ActionButton } from '../action-button.tsx';
import { call } from '../api.ts';
import { Facts } from '../rows-table.tsx';
import { text } from '../texts.ts';
import { hrefOf } from '../use-address.ts';
import { useMay } from '../use-may.ts';
import { type Created, createParts } from './create-parts.ts';
import { Warnings } from './place-warnings.tsx';
import { useAnswer } from './use-answer.ts';
import { planOf, Slots, servicePlanOf, Verdicts } from './verdicts.tsx';

interface ComposePlaceProps {
  readonly services: readonly Service[];
}

/** A Compose file: what it would create, where each service would go, and how it starts. */
export function ComposePlace({ services }: ComposePlaceProps) {
  const [compose, setCompose] = useState('');
  const [name, setName] = useState('');
  const asked = { compose, ...(name.trim() !== '' && { name: name.trim() }) };
  const { data: parts, problem } = useAnswer(compose.trim() === '' ? undefined : JSON.stringify(asked), translated);
  const may = useMay('service', 'create');
  return (
    <div class="place">
      <form onSubmit={(event) => event.preventDefault()}>
        <label>
          {text('composeText')}
          <textarea
            name="compose"
            rows={20}
            spellcheck={false}
            value={compose}
            {...(problem !== '' && { 'aria-invalid': true, 'aria-describedby': 'compose-problem' })}
            onInput={({ currentTarget }) => setCompose(currentTarget.value)}
          />
        </label>
        <p id="compose-problem" class="problem lines" role="alert">
          {problem}
        </p>
        <label>
          {text('composeName')}
          <input
            name="name"
            value={name}
            autocomplete="off"
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
        </label>
      </form>
      <section aria-live="polite">
        <h2>{text('wouldCreate')}</h2>
        {compose.trim() === '' && <p class="empty">{text('fileFirst')}</p>}
        {parts && (
          <>
            <Warnings warnings={parts.warnings} />
            <Facts
              facts={{
                [text('networks')]: parts.networks.map((each) => nameWith(each.body.name, each.external)).join(', '),
                [text('secrets')]: parts.secrets.map((each) => nameWith(each.name, !each.body)).join(', '),
                [text('volumes')]: parts.volumes.join(', '),
                [text('jobs')]: parts.jobs.map(({ body }) => body.name).join(', '),
              }}
            />
            {parts.services.map(({ body }) => (
              <ServicePart key={body.name} body={body} now={services.find((each) => each.name === body.name)} />
            ))}
            {may.has('create') && <CreateAll parts={parts} />}
          </>
        )}
      </section>
    </div>
  );
}

function nameWith(name: string, mustBeThere: boolean): string {
  return mustBeThere ? text('mustBeThere', { name }) : name;
}

interface ServicePartProps {
  readonly body: TranslatedCompose['services'][number]['body'];
  /** Once it is there. */
  readonly now: Service | undefined;
}

/** A service of the file: where its replicas would go, what each engine says; and how it is once it is there. */
function ServicePart({ body, now }: ServicePartProps) {
  const [isOpen, setOpen] = useState(false);
  const asked = now ? undefined : JSON.stringify(body);
  const slots = useAnswer(asked, (service, signal) => servicePlanOf(JSON.parse(service), signal));
  const image = isOpen && !now ? JSON.stringify(body.image) : undefined;
  const plan = useAnswer(image, (imageText, signal) => planOf(JSON.parse(imageText), signal));
  const { status } = now ?? {};
  return (
    <section aria-label={body.name}>
      <h3>{now ? <a href={hrefOf('services', body.name)}>{body.name}</a> : body.name}</h3>
      {status && <p role="status">{text('readyOf', { ready: status.ready, wanted: status.wanted })}</p>}
      {slots.data && !now && <Slots plan={slots.data} />}
      {!now && (
        <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
          <summary>{text('verdicts')}</summary>
          {plan.data && <Verdicts plan={plan.data} />}
        </details>
      )}
      <p class="problem">{slots.problem || plan.problem}</p>
    </section>
  );
}

/** What waits goes on as long as it is shown. */
function CreateAll({ parts }: { readonly parts: TranslatedCompose }) {
  const [created, setCreated] = useState<readonly Created[]>([]);
  const [isBusy, setBusy] = useState(false);
  const ended = useRef(new AbortController());
  useEffect(() => () => ended.current.abort(), []);
  const say = (each: Created) => setCreated((before) => [...before.filter(({ part }) => part !== each.part), each]);
  return (
    <>
      <ActionButton
        label={text('createAll')}
        does={text('createAllSure')}
        isDisabled={isBusy}
        act={async () => {
          setCreated([]);
          setBusy(true);
          // It goes on behind the dialog; what fails is said below.
          createParts(parts, say, ended.current.signal)
            .catch(() => undefined)
            .finally(() => setBusy(false));
        }}
      />
      <ul class="replicas" aria-live="polite" aria-label={text('created')}>
        {created.map(({ part, state, text: message = '' }) => (
          <li key={part} class={state === 'failed' ? 'problem' : ''}>
            {part}: {text(`part_${state}`)} {message}
          </li>
        ))}
      </ul>
    </>
  );
}

async function translated(asked: string, signal: AbortSignal): Promise<TranslatedCompose> {
  return (await call('POST', 'apiv1/translate', JSON.parse(asked), signal)) as TranslatedCompose;
}
