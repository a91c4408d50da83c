import type { Deployment } from '../../src/api/deployment.ts';
import { ActionButton } from '../action-button.tsx';
import { call, send } from '../api.ts';
import { Facts, RowsTable } from '../rows-table.tsx';
import { text } from '../texts.ts';
import { hrefOf } from '../use-address.ts';
import { useLive } from '../use-live.ts';
import { useMay } from '../use-may.ts';
import { matches, timeText, ViewHead } from '../view-head.tsx';
import type { ViewProps } from '../views.tsx';
import { DeployForm } from './deploy-form.tsx';

/** Deployments with their services, domains and secrets; and what a template would change. */
export function DeploymentsView({ address: { chosen, fields } }: ViewProps) {
  const { data, problem, again } = useLive('deployments', ['service', 'domain', 'job', 'secret'], (signal) =>
    call('GET', 'apiv1/deployments', undefined, signal),
  );
  const may = useMay('service', 'create', 'remove');
  const one = data?.find(({ name }) => name === chosen);
  if (one) return <DeploymentDetail key={one.name} deployment={one} problem={problem} may={may} again={again} />;
  const shown = (data ?? []).filter(({ name, project, services }) =>
    matches(fields.filter, name, project, ...services.map(({ service }) => service)),
  );
  return (
    <>
      <ViewHead view="deployments" problem={problem} />
      {chosen !== undefined && data && <p class="problem">{text('goneNow', { name: chosen })}</p>}
      {data?.length === 0 && <p class="empty">{text('noDeployments')}</p>}
      {shown.length > 0 && (
        <RowsTable
          name={text('deployments')}
          rows={shown}
          rowKey={({ name }) => name}
          columns={{
            [text('name')]: ({ name }) => <a href={hrefOf('deployments', name)}>{name}</a>,
            [text('services')]: ({ services }) => (
              <ul>
                {services.map(({ service, ready, wanted, held }) => (
                  <li key={service} class={held === null && ready >= wanted ? '' : 'problem'}>
                    {service} {text('readyOf', { ready, wanted })}
                  </li>
                ))}
              </ul>
            ),
            [text('domains')]: ({ domains }) => domains.join(', '),
            [text('project')]: ({ project }) => project,
            [text('updated')]: ({ updated_at }) => timeText(updated_at),
          }}
        />
      )}
      {may.has('create') && (
        <details class="adds">
          <summary>{text('deployNew')}</summary>
          <DeployForm done={again} />
        </details>
      )}
    </>
  );
}

interface DetailProps {
  readonly deployment: Deployment;
  readonly problem: string;
  readonly may: ReadonlySet<string>;
  readonly again: () => void;
}

function DeploymentDetail({ deployment, problem, may, again }: DetailProps) {
  const { name, lan, project, services, secrets, domains, created_at, updated_at } = deployment;
  return (
    <>
      <ViewHead view="deployments" chosen={name} problem={problem}>
        {may.has('remove') && (
          <ActionButton
            label={text('remove')}
            isGrave
            does={text('removeDeploymentSure', {
              name,
              services: services.length,
              domains: domains.length,
            })}
            act={async () => {
              await send('DELETE', `apiv1/deployment/${encodeURIComponent(name)}`);
              again();
            }}
          />
        )}
      </ViewHead>
      <RowsTable
        name={text('services')}
        rows={services}
        rowKey={({ service }) => service}
        columns={{
          [text('inTemplate')]: ({ service }) => service,
          [text('service')]: (each) => <a href={hrefOf('services', each.name)}>{each.name}</a>,
          [text('state')]: ({ state, held }) =>
            held === null ? state : <span class="problem">{text('heldBack', { why: held })}</span>,
          [text('ready')]: ({ ready, wanted }) => `${ready}/${wanted}`,
          [text('image')]: ({ image }) => image,
        }}
      />
      <Facts
        facts={{
          [text('domains')]: domains.length > 0 && (
            <ul class="replicas">
              {domains.map((each) => (
                <li key={each}>
                  <a href={hrefOf('domains', each)}>{each}</a>
                </li>
              ))}
            </ul>
          ),
          [text('secrets')]: secrets.join(', '),
          [text('lan')]: lan,
          [text('project')]: project,
          [text('created')]: timeText(created_at),
          [text('updated')]: timeText(updated_at),
        }}
      />
      {may.has('create') && (
        <details class="adds">
          <summary>{text('deployChange')}</summary>
          <DeployForm name={name} done={again} />
        </details>
      )}
    </>
  );
}
