import type { AnsweredScope } from '../../src/api/account.ts';
import { ActionButton } from '../action-button.tsx';
import { call, send } from '../api.ts';
import { FieldsForm } from '../fields-form.tsx';
import { RowsTable } from '../rows-table.tsx';
import { text } from '../texts.ts';
import { useLive } from '../use-live.ts';
import { useMay } from '../use-may.ts';
import { matches, timeText, ViewHead } from '../view-head.tsx';
import type { ViewProps } from '../views.tsx';
import { listOf } from '../words-of.ts';

/** Accounts, and the roles that they can have. */
export function AccountsView({ address: { fields } }: ViewProps) {
  const { data, problem, again } = useLive('accounts', [], async (signal) => {
    const [accounts, roles] = await Promise.all([
      call('GET', 'apiv1/accounts', undefined, signal),
      call('GET', 'apiv1/roles', undefined, signal).catch(() => []),
    ]);
    return { accounts, roles };
  });
  const may = useMay('account', 'create', 'remove');
  const { accounts = [], roles = [] } = data ?? {};
  const shown = accounts.filter(({ name, role }) => matches(fields.filter, name, role));
  return (
    <>
      <ViewHead view="accounts" problem={problem} />
      {data && accounts.length === 0 && <p class="empty">{text('noAccounts')}</p>}
      {shown.length > 0 && (
        <RowsTable
          name={text('accounts')}
          rows={shown}
          rowKey={({ name }) => name}
          columns={{
            [text('name')]: ({ name }) => name,
            [text('role')]: ({ role }) => role,
            [text('narrowed')]: scopeText,
            [text('created')]: ({ created_at, created_by }) => `${timeText(created_at)} ${created_by}`,
            [text('actions')]: ({ name }) =>
              may.has('remove') && (
                <ActionButton
                  label={text('remove')}
                  isGrave
                  does={text('removeAccountSure', { name })}
                  act={async () => {
                    await send('DELETE', `apiv1/account/${encodeURIComponent(name)}`);
                    again();
                  }}
                />
              ),
          }}
        />
      )}
      {may.has('create') && (
        <details class="adds">
          <summary>{text('addAccount')}</summary>
          <FieldsForm
            label={text('addAccount')}
            fields={[
              { name: 'name', label: text('name'), isRequired: true },
              {
                name: 'role',
                label: text('role'),
                isRequired: true,
                choices: roles.map(({ name }) => name),
                begins: 'viewer',
              },
              { name: 'password', label: text('password'), isRequired: true, type: 'password' },
              { name: 'projects', label: text('onlyProjects') },
            ]}
            act={async ({ name = '', role = '', password = '', projects = '' }) => {
              const only = listOf(projects);
              await call('POST', 'apiv1/account', { name, role, password, ...(only.length > 0 && { projects: only }) });
              again();
              return text('accountAdded', { name });
            }}
          />
        </details>
      )}
      {roles.length > 0 && (
        <>
          <h3>{text('roles')}</h3>
          <RowsTable
            name={text('roles')}
            rows={roles}
            rowKey={({ name }) => name}
            columns={{
              [text('name')]: ({ name }) => name,
              [text('mayDo')]: ({ rules }) => (
                <ul>
                  {rules.map(({ verbs, nouns }) => (
                    <li key={`${verbs} ${nouns}`}>
                      {verbs.join(', ')}: {nouns.join(', ')}
                    </li>
                  ))}
                </ul>
              ),
              [text('narrowed')]: scopeText,
              [text('policy')]: ({ policy }) => policy ?? '',
            }}
          />
        </>
      )}
    </>
  );
}

export function scopeText({ projects, engine_labels }: AnsweredScope): string {
  return [...(projects ?? []), ...(engine_labels ?? []).map((label) => text('enginesWith', { label }))].join(', ');
}
