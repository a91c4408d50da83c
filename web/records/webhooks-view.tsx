import { useState } from 'preact/hooks';
import type { Webhook, WebhookTest } from '../../src/api/webhook.ts';
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
import { listOf } from '../words-of.ts';

/** Webhooks: who is told of which events, and whether it arrives. */
export function WebhooksView({ address: { fields } }: ViewProps) {
  const { data, problem, again } = useLive('webhooks', [], (signal) =>
    call('GET', 'apiv1/webhooks', undefined, signal),
  );
  const may = useMay('webhook', 'create', 'update', 'remove');
  const shown = (data ?? []).filter(({ name, url }) => matches(fields.filter, name, url));
  return (
    <>
      <ViewHead view="webhooks" problem={problem} />
      {data?.length === 0 && <p class="empty">{text('noWebhooks')}</p>}
      {shown.length > 0 && (
        <RowsTable
          name={text('webhooks')}
          rows={shown}
          rowKey={({ name }) => name}
          columns={{
            [text('name')]: ({ name }) => name,
            URL: ({ url }) => url,
            [text('eventsToldOf')]: filterText,
            [text('state')]: (each) => <Deliveries webhook={each} />,
            [text('actions')]: ({ name }) => (
              <>
                {may.has('create') && <TestButton name={name} />}
                {may.has('remove') && (
                  <ActionButton
                    label={text('remove')}
                    isGrave
                    does={text('removeWebhookSure', { name })}
                    act={async () => {
                      await send('DELETE', `apiv1/webhook/${encodeURIComponent(name)}`);
                      again();
                    }}
                  />
                )}
              </>
            ),
          }}
        />
      )}
      {data && data.length > 0 && shown.length === 0 && <p>{text('noMatch')}</p>}
      {may.has('create') && (
        <Adds label={text('addWebhook')} isFirst={data?.length === 0}>
          <FieldsForm
            label={text('addWebhook')}
            fields={[
              { name: 'name', label: text('name'), isRequired: true },
              { name: 'url', label: 'URL', isRequired: true, placeholder: 'https://example.org/hook' },
              { name: 'kind', label: text('onlyKinds'), placeholder: 'service, engine' },
              { name: 'action', label: text('onlyActions'), placeholder: 'die, down' },
              { name: 'secret', label: text('webhookKey'), isRequired: true, type: 'password' },
            ]}
            act={async ({ name = '', url = '', secret = '', ...typed }) => {
              const filter = Object.fromEntries(
                Object.entries(typed).flatMap(([field, words]) => {
                  const wanted = listOf(words);
                  return wanted.length > 0 ? [[field, wanted]] : [];
                }),
              );
              await call('POST', 'apiv1/webhook', { name, url, secret, filter });
              again();
              return text('webhookAdded', { name });
            }}
          >
            <p>{text('addWebhookText')}</p>
          </FieldsForm>
        </Adds>
      )}
    </>
  );
}

function filterText({ filter }: Webhook): string {
  const wanted = Object.entries(filter).map(([field, values]) => `${field}: ${values.join(', ')}`);
  return wanted.join('; ') || text('allEvents');
}

function Deliveries({ webhook: { status } }: { readonly webhook: Webhook }) {
  const { state, delivered, failed, dropped, waiting, last_delivery_at, last_error } = status;
  return (
    <>
      {text('deliveries', { delivered, failed: failed + dropped, waiting })} {timeText(last_delivery_at)}
      {state === 'failing' && <p class="problem">{last_error}</p>}
    </>
  );
}

/** Sends an event now, and says beside the button what came of it. */
function TestButton({ name }: { readonly name: string }) {
  const [message, setMessage] = useState('');
  const [isBusy, setBusy] = useState(false);
  const test = async () => {
    setBusy(true);
    try {
      const response = await send('POST', `apiv1/webhook/${encodeURIComponent(name)}/test`);
      const { delivered, status, error } = (await response.json()).data as WebhookTest;
      setMessage(delivered ? text('testArrived', { status: status ?? '' }) : (error ?? text('testFailed')));
    } catch (error) {
      setMessage((error as Error).message);
    }
    setBusy(false);
  };
  return (
    <>
      <button type="button" disabled={isBusy} onClick={test}>
        {text('testWebhook')}
      </button>
      <span role="status">{message}</span>
    </>
  );
}
