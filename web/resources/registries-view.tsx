import { ActionButton } from '../action-button.tsx';
import { Adds } from '../adds.tsx';
import { call, send } from '../api.ts';
import { FieldsForm } from '../fields-form.tsx';
import { RowsTable } from '../rows-table.tsx';
import { text } from '../texts.ts';
import { useLive } from '../use-live.ts';
import { useMay } from '../use-may.ts';
import { matches, timeText, ViewHead } from '../view-head.tsx';
import type { ViewProps } from '../views.tsx';

/** Registries, and as whom their images are pulled. Passwords are written, and nobody reads them. */
export function RegistriesView({ address: { fields } }: ViewProps) {
  const { data, problem, again } = useLive('registries', [], (signal) =>
    call('GET', 'apiv1/registries', undefined, signal),
  );
  const may = useMay('registry', 'create', 'remove');
  const shown = (data ?? []).filter(({ server, username }) => matches(fields.filter, server, username));
  return (
    <>
      <ViewHead view="registries" problem={problem} />
      {data?.length === 0 && <p class="empty">{text('noRegistries')}</p>}
      {shown.length > 0 && (
        <RowsTable
          name={text('registries')}
          rows={shown}
          rowKey={({ server }) => server}
          columns={{
            [text('registryServer')]: ({ server }) => server,
            [text('account')]: ({ username }) => username,
            [text('updated')]: ({ saved_at }) => timeText(saved_at),
            [text('actions')]: ({ server }) =>
              may.has('remove') && (
                <ActionButton
                  label={text('remove')}
                  isGrave
                  does={text('removeRegistrySure', { server })}
                  act={async () => {
                    await send('DELETE', `apiv1/registry/${encodeURIComponent(server)}`);
                    again();
                  }}
                />
              ),
          }}
        />
      )}
      {data && data.length > 0 && shown.length === 0 && <p>{text('noMatch')}</p>}
      {may.has('create') && (
        <Adds label={text('addRegistry')} isFirst={data?.length === 0}>
          <FieldsForm
            label={text('addRegistry')}
            fields={[
              { name: 'server', label: text('registryServer'), isRequired: true, placeholder: 'registry.example.org' },
              { name: 'username', label: text('account'), isRequired: true },
              { name: 'password', label: text('password'), isRequired: true, type: 'password' },
              { name: 'force', label: text('registryUnchecked'), type: 'checkbox' },
            ]}
            act={async ({ server = '', username = '', password = '', force = '' }) => {
              await call('POST', 'apiv1/registry', {
                server,
                username,
                password,
                ...(force !== '' && { force: true }),
              });
              again();
              return text('registryAdded', { server });
            }}
          >
            <p>{text('addRegistryText')}</p>
          </FieldsForm>
        </Adds>
      )}
    </>
  );
}
