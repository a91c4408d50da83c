import { useState } from 'preact/hooks';
import type { DeploymentPlan, SetUpLine } from '../../src/api/deployment.ts';
import type { TranslatedTemplate } from '../../src/api/translate.ts';
import { ActionButton } from '../action-button.tsx';
import { ApiFailure, call, send } from '../api.ts';
import { FieldsForm } from '../fields-form.tsx';
import { jsonLines } from '../json-lines.ts';
import { text } from '../texts.ts';

interface DeployFormProps {
  /** Of a deployment that is there; left out: a new one. */
  readonly name?: string;
  readonly done: () => void;
}

interface Asked {
  readonly path: string;
  readonly template: TranslatedTemplate;
  readonly plan: DeploymentPlan;
}

/** A template, what it would change, and how it goes. */
export function DeployForm({ name: given, done }: DeployFormProps) {
  const [asked, setAsked] = useState<Asked>();
  const [lines, setLines] = useState<readonly SetUpLine[]>([]);
  const setUp = async ({ path, template }: Asked) => {
    setLines([]);
    if (given === undefined) await createUnlessThere(path);
    let problem: string | undefined;
    for await (const line of jsonLines<SetUpLine>(`${path}/setup`, template)) {
      setLines((before) => [...before, line]);
      if (line.event === 'failed') problem ??= `${line.service}: ${line.text ?? ''}`;
    }
    done();
    if (problem !== undefined) throw new Error(problem);
    setAsked(undefined);
  };
  return (
    <>
      <FieldsForm
        isKept
        label={text('showChanges')}
        fields={[
          ...(given === undefined
            ? [{ name: 'name', label: text('name'), isRequired: true, placeholder: 'myapp-staging' } as const]
            : []),
          {
            ...{ name: 'template', label: text('templateText'), type: 'long', isRequired: true },
            placeholder: 'nginx:1.27:\n  ports: 80\n',
          },
        ]}
        act={async ({ name = given ?? '', template: written = '' }) => {
          setAsked(undefined);
          setLines([]);
          const path = `apiv1/deployment/${encodeURIComponent(name)}`;
          const template = (await call('POST', 'apiv1/translate', { template: written, name })) as TranslatedTemplate;
          const plan = await call('POST', `apiv1/deployment/${encodeURIComponent(name)}/plan`, template);
          setAsked({ path, template, plan });
          return '';
        }}
      />
      {asked && (
        <section aria-label={text('changes')}>
          <h3>{text('changes')}</h3>
          <ul class="changes">
            {asked.plan.services.map(({ service, action, fields, reason }) => (
              <li key={service} class={action}>
                {service}: {text(`deploy_${action}`)} {fields.join(', ')} {reason}
              </li>
            ))}
            {asked.plan.domains.map(({ domain, action, fields, reason }) => (
              <li key={domain} class={action}>
                {domain}: {text(`deploy_${action}`)} {fields.join(', ')} {reason}
              </li>
            ))}
            {[...asked.plan.others, ...asked.plan.other_domains].map((each) => (
              <li key={each}>{text('notInTemplate', { name: each })}</li>
            ))}
          </ul>
          <ActionButton label={text('deploy')} does={text('deploySure')} act={() => setUp(asked)} />
        </section>
      )}
      {lines.length > 0 && (
        <ul class="replicas" aria-live="polite">
          {lines.map(({ service, domain, event, text: message }, at) => (
            <li key={at} class={event === 'failed' ? 'problem' : ''}>
              {domain ?? service}: {event} {message}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Not before something is deployed: whoever only looks leaves nothing behind. */
async function createUnlessThere(path: string): Promise<void> {
  try {
    await send('GET', path);
  } catch (error) {
    if (!(error instanceof ApiFailure && error.status === 404)) throw error;
    await send('PUT', path, { body: {} });
  }
}
