import type { Domain } from '../../src/api/domain.ts';
import type { Router } from '../../src/api/router.ts';
import { ActionButton } from '../action-button.tsx';
import { Adds } from '../adds.tsx';
import { ApiFailure, call, send } from '../api.ts';
import { Facts, RowsTable } from '../rows-table.tsx';
import { text } from '../texts.ts';
import { hrefOf } from '../use-address.ts';
import { useLive } from '../use-live.ts';
import { useMay } from '../use-may.ts';
import { matches, timeText, ViewHead } from '../view-head.tsx';
import type { ViewProps } from '../views.tsx';
import { AddDomain } from './add-domain.tsx';
import { Routers, refusalsOf } from './routers.tsx';

/** Domains, and the routers that serve them. */
export function DomainsView({ state, address: { chosen, fields } }: ViewProps) {
  const { data, problem, again } = useLive('domains', ['domain', 'service', 'container', 'engine'], readAll);
  const may = useMay('domain', 'create', 'remove');
  const { domains = [], router } = data ?? {};
  const domain = domains.find(({ name }) => name === chosen);
  if (chosen !== undefined && domain)
    return (
      <DomainDetail key={domain.name} domain={domain} router={router} problem={problem} mayRemove={may.has('remove')} />
    );
  const shown = domains.filter(({ name, project, rules }) =>
    matches(fields.filter, name, project, ...rules.map(({ service }) => service)),
  );
  return (
    <>
      <ViewHead view="domains" problem={problem} />
      {chosen !== undefined && data && <p class="problem">{text('goneNow', { name: chosen })}</p>}
      {data && domains.length === 0 && <p class="empty">{text('noDomains')}</p>}
      {shown.length > 0 && (
        <RowsTable
          name={text('domains')}
          rows={shown}
          rowKey={({ name }) => name}
          columns={{
            [text('name')]: ({ name }) => <a href={hrefOf('domains', name)}>{name}</a>,
            [text('leadsTo')]: (each) => <Rules domain={each} />,
            TLS: ({ tls }) => tls,
            [text('project')]: ({ project }) => project,
            [text('problems')]: (each) => <Problems domain={each} router={router} />,
          }}
        />
      )}
      {domains.length > 0 && shown.length === 0 && <p>{text('noMatch')}</p>}
      {may.has('create') && (
        <Adds label={text('addDomain')} isFirst={data !== undefined && domains.length === 0}>
          <AddDomain services={state.services.map(({ name }) => name)} added={again} />
        </Adds>
      )}
      {data && <Routers router={router} changed={again} />}
    </>
  );
}

async function readAll(signal: AbortSignal) {
  const [domains, router] = await Promise.all([
    call('GET', 'apiv1/domains', undefined, signal),
    call('GET', 'apiv1/router', undefined, signal).catch((error) => {
      if (error instanceof ApiFailure && error.status === 404) return undefined;
      throw error;
    }),
  ]);
  return { domains, router };
}

function Rules({ domain: { rules, redirects = [] } }: { readonly domain: Domain }) {
  return (
    <ul>
      {rules.map(({ path, service, port, ready }) => (
        <li key={path}>
          {path} → <a href={hrefOf('services', service)}>{service}</a>:{port} {text('readyCount', { ready })}
        </li>
      ))}
      {redirects.map(({ path, to }) => (
        <li key={path}>
          {path} → {to}
        </li>
      ))}
    </ul>
  );
}

interface ProblemsProps {
  readonly domain: Domain;
  readonly router: Router | undefined;
}

/** Why it, or a path of it, leads nowhere; and where its router refuses it. */
function Problems({ domain: { name, problem, rules }, router }: ProblemsProps) {
  const found = [
    ...(problem === undefined ? [] : [problem]),
    ...rules.flatMap(({ path, problem: each }) => (each === undefined ? [] : [`${path}: ${each}`])),
    ...refusalsOf(router, name),
  ];
  return found.length === 0 ? null : (
    <ul class="problem">
      {found.map((each) => (
        <li key={each}>{each}</li>
      ))}
    </ul>
  );
}

interface DetailProps extends ProblemsProps {
  readonly problem: string;
  readonly mayRemove: boolean;
}

function DomainDetail({ domain, router, problem, mayRemove }: DetailProps) {
  const { name, tls, project, deployment, users = [], auth, headers, rules, redirects = [] } = domain;
  const remove = (path?: string) => () =>
    send(
      'DELETE',
      `apiv1/domain/${encodeURIComponent(name)}${path === undefined ? '' : `?path=${encodeURIComponent(path)}`}`,
    );
  const paths = [...rules.map(({ path }) => path), ...redirects.map(({ path }) => path)];
  return (
    <>
      <ViewHead view="domains" chosen={name} problem={problem}>
        {mayRemove && (
          <ActionButton label={text('remove')} isGrave does={text('removeDomainSure', { name })} act={remove()} />
        )}
      </ViewHead>
      <Problems domain={domain} router={router} />
      <Facts
        facts={{
          [text('leadsTo')]: <Rules domain={domain} />,
          TLS: tls,
          [text('project')]: project,
          [text('deployment')]: deployment && <a href={hrefOf('deployments', deployment)}>{deployment}</a>,
          [text('whoMayCome')]: users.length === 0 ? text('everybody') : `${users.join(', ')} (${auth ?? 'digest'})`,
          [text('headers')]: headers && <pre>{JSON.stringify(headers, null, 2)}</pre>,
          [text('created')]: timeText(domain.created_at),
          [text('updated')]: timeText(domain.updated_at),
        }}
      />
      {mayRemove && paths.length > 1 && (
        <ul class="replicas">
          {paths.map((path) => (
            <li key={path}>
              {path}{' '}
              <ActionButton
                label={text('removePath', { path })}
                isGrave
                does={text('removePathSure', { name, path })}
                act={remove(path)}
              />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
