import type { Policy } from '../../src/api/policy.ts';
import { ActionButton } from '../action-button.tsx';
import { call, send } from '../api.ts';
import { FieldsForm } from '../fields-form.tsx';
import { Facts, RowsTable } from '../rows-table.tsx';
import { text } from '../texts.ts';
import { hrefOf } from '../use-address.ts';
import { useLive } from '../use-live.ts';
import { useMay } from '../use-may.ts';
import { matches, timeText, ViewHead } from '../view-head.tsx';
import type { ViewProps } from '../views.tsx';

/** Policies: what containers may ask of their engine. */
export function PoliciesView({ address: { chosen, fields } }: ViewProps) {
  const { data, problem, again } = useLive('policies', ['policy'], (signal) =>
    call('GET', 'apiv1/policies', undefined, signal),
  );
  const may = useMay('policy', 'create', 'update', 'remove');
  const policy = data?.find(({ name }) => name === chosen);
  if (policy) return <PolicyDetail key={policy.name} policy={policy} problem={problem} may={may} again={again} />;
  const shown = (data ?? []).filter(({ name }) => matches(fields.filter, name));
  return (
    <>
      <ViewHead view="policies" problem={problem} />
      {data?.length === 0 && <p class="empty">{text('noPolicies')}</p>}
      {shown.length > 0 && (
        <RowsTable
          name={text('policies')}
          rows={shown}
          rowKey={({ name }) => name}
          columns={{
            [text('name')]: ({ name }) => <a href={hrefOf('policies', name)}>{name}</a>,
            [text('allows')]: ({ rules }) => Object.keys(rules).join(', '),
            [text('updated')]: ({ updated_at }) => timeText(updated_at),
          }}
        />
      )}
      {may.has('create') && (
        <details class="adds">
          <summary>{text('addPolicy')}</summary>
          <FieldsForm
            label={text('addPolicy')}
            isKept
            fields={[
              { name: 'name', label: text('name'), isRequired: true },
              { name: 'rules', label: text('policyRules'), type: 'long', begins: '{}' },
            ]}
            act={async ({ name = '', rules = '{}' }) => {
              await call('POST', 'apiv1/policy', { name, rules: JSON.parse(rules) });
              again();
              return text('changed');
            }}
          />
        </details>
      )}
    </>
  );
}

interface DetailProps {
  readonly policy: Policy;
  readonly problem: string;
  readonly may: ReadonlySet<string>;
  readonly again: () => void;
}

function PolicyDetail({ policy: { name, rules, created_at, updated_at }, problem, may, again }: DetailProps) {
  const path = `apiv1/policy/${encodeURIComponent(name)}`;
  const written = JSON.stringify(rules, null, 2);
  return (
    <>
      <ViewHead view="policies" chosen={name} problem={problem}>
        {may.has('remove') && (
          <ActionButton
            label={text('remove')}
            isGrave
            does={text('removePolicySure', { name })}
            act={async () => {
              await send('DELETE', path);
              again();
            }}
          />
        )}
      </ViewHead>
      <Facts
        facts={{
          [text('allows')]: <pre>{written}</pre>,
          [text('created')]: timeText(created_at),
          [text('updated')]: timeText(updated_at),
        }}
      />
      {may.has('update') && (
        <details class="adds">
          <summary>{text('changePolicy')}</summary>
          <FieldsForm
            key={written}
            label={text('changePolicy')}
            isKept
            fields={[{ name: 'rules', label: text('policyRules'), type: 'long', begins: written }]}
            act={async (typed) => {
              await send('PUT', path, { body: { rules: JSON.parse(typed.rules ?? '{}') } });
              again();
              return text('changed');
            }}
          />
        </details>
      )}
    </>
  );
}
