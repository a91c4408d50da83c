import type { Router } from '../../src/api/router.ts';
import { ActionButton } from '../action-button.tsx';
import { call, send } from '../api.ts';
import { FieldsForm } from '../fields-form.tsx';
import { Facts, RowsTable } from '../rows-table.tsx';
import { text } from '../texts.ts';
import { hrefOf } from '../use-address.ts';
import { useMay } from '../use-may.ts';
import { listOf } from '../words-of.ts';

interface RoutersProps {
  /** Undefined: none runs. */
  readonly router: Router | undefined;
  readonly changed: () => void;
}

/** The routers with what each serves; or how to have some. */
export function Routers({ router, changed }: RoutersProps) {
  const may = useMay('engine', 'create', 'remove');
  return (
    <section aria-label={text('routers')}>
      <h3>{text('routers')}</h3>
      {!router && <p>{text('noRouters')}</p>}
      {router && (
        <>
          <Facts
            facts={{
              [text('service')]: <a href={hrefOf('services', router.service)}>{router.service}</a>,
              [text('image')]: router.image,
              [text('labels')]: router.labels.join(', '),
              DNS: router.dns.join(', '),
            }}
          />
          <RowsTable
            name={text('routers')}
            rows={router.routers}
            rowKey={({ engine, container }) => `${engine} ${container}`}
            columns={{
              [text('engine')]: ({ engine }) => engine,
              [text('state')]: ({ state }) => state,
              [text('version')]: ({ version }) => version ?? '',
              [text('problems')]: ({ problem, refused = [] }) => (
                <ul class="problem">
                  {problem !== undefined && <li>{problem}</li>}
                  {refused.map((each) => (
                    <li key={each.domain}>
                      {each.domain}: {each.problem}
                    </li>
                  ))}
                </ul>
              ),
            }}
          />
          {may.has('remove') && (
            <ActionButton
              label={text('stopRouters')}
              isGrave
              does={text('stopRoutersSure')}
              act={async () => {
                await send('DELETE', 'apiv1/router');
                changed();
              }}
            />
          )}
        </>
      )}
      {may.has('create') && (
        <details class="adds">
          <summary>{text(router ? 'changeRouters' : 'startRouters')}</summary>
          <FieldsForm
            key={router?.labels.join()}
            label={text(router ? 'changeRouters' : 'startRouters')}
            fields={[
              {
                name: 'labels',
                label: text('routerLabels'),
                isRequired: true,
                begins: router?.labels.join(', ') ?? '',
              },
              { name: 'image', label: text('image'), placeholder: 'caddy:2', begins: router?.image ?? '' },
              {
                name: 'dns',
                label: text('routerDns'),
                placeholder: '10.0.0.1:53',
                begins: router?.dns.join(', ') ?? '',
              },
              { name: 'email', label: text('routerEmail'), begins: router?.email ?? '' },
            ]}
            act={async ({ labels = '', image, dns = '', email }) => {
              await call('PUT', 'apiv1/router', {
                labels: listOf(labels),
                ...(image !== '' && { image }),
                ...(dns !== '' && { dns: listOf(dns) }),
                ...(email !== '' && { email }),
              });
              changed();
              return text('routersStart');
            }}
          />
        </details>
      )}
    </section>
  );
}

/** Which routers refuse the domain, and why. */
export function refusalsOf(router: Router | undefined, domain: string): readonly string[] {
  return (router?.routers ?? []).flatMap(({ engine, refused = [] }) =>
    refused.filter((each) => each.domain === domain).map(({ problem }) => `${engine}: ${problem}`),
  );
}
