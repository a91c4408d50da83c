import { useState } from 'preact/hooks';
import { ActionButton } from '../action-button.tsx';
import { call, send } from '../api.ts';
import { FieldsForm } from '../fields-form.tsx';
import { RowsTable } from '../rows-table.tsx';
import { text } from '../texts.ts';
import { useLive } from '../use-live.ts';
import { useMay } from '../use-may.ts';
import { matches, timeText, ViewHead } from '../view-head.tsx';
import type { ViewProps } from '../views.tsx';
import { scopeText } from './accounts-view.tsx';

/** Tokens: who has which, until when; a new one is shown once. */
export function TokensView({ address: { fields } }: ViewProps) {
  const { data, problem, again } = useLive('tokens', [], (signal) => call('GET', 'apiv1/tokens', undefined, signal));
  const may = useMay('token', 'create', 'remove');
  const [shownToken, setShownToken] = useState('');
  const shown = (data ?? []).filter(({ name, role, account }) => matches(fields.filter, name, role, account ?? ''));
  return (
    <>
      <ViewHead view="tokens" problem={problem} />
      {data?.length === 0 && <p class="empty">{text('noTokens')}</p>}
      {shown.length > 0 && (
        <RowsTable
          name={text('tokens')}
          rows={shown}
          rowKey={({ name }) => name}
          columns={{
            [text('name')]: ({ name }) => name,
            [text('role')]: ({ role }) => role,
            [text('account')]: ({ account, subject }) => account ?? subject?.id ?? '',
            [text('narrowed')]: scopeText,
            [text('ends')]: ({ expires_at, state }) => (
              <span class={state === 'valid' ? '' : 'problem'}>
                {expires_at === null ? text('never') : timeText(expires_at)} {state === 'valid' ? '' : state}
              </span>
            ),
            [text('created')]: ({ created_at, created_by }) => `${timeText(created_at)} ${created_by}`,
            [text('actions')]: ({ name }) =>
              may.has('remove') && (
                <ActionButton
                  label={text('revoke')}
                  isGrave
                  does={text('revokeSure', { name })}
                  act={async () => {
                    await send('DELETE', `apiv1/token/${encodeURIComponent(name)}`);
                    again();
                  }}
                />
              ),
          }}
        />
      )}
      {may.has('create') && (
        <details class="adds">
          <summary>{text('addToken')}</summary>
          <FieldsForm
            label={text('addToken')}
            fields={[
              { name: 'name', label: text('name'), isRequired: true },
              { name: 'role', label: text('role'), isRequired: true, begins: 'viewer' },
              { name: 'expires_in', label: text('tokenDays'), type: 'number', begins: '90' },
            ]}
            act={async ({ name = '', role = '', expires_in = '' }) => {
              const { token } = await call('POST', 'apiv1/token', {
                ...{ name, role },
                ...(expires_in !== '' && { expires_in: Number(expires_in) * 86_400 }),
              });
              setShownToken(token);
              again();
              return text('tokenOnce');
            }}
          />
          {shownToken !== '' && <pre class="log">{shownToken}</pre>}
        </details>
      )}
    </>
  );
}
