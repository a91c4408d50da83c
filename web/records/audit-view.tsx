import { useState } from 'preact/hooks';
import type { AuditResult } from '../../src/model/audit.ts';
import { call } from '../api.ts';
import { RowsTable } from '../rows-table.tsx';
import { text } from '../texts.ts';
import { setFields } from '../use-address.ts';
import { matches, timeText, ViewHead } from '../view-head.tsx';
import type { ViewProps } from '../views.tsx';
import { useAudit } from './use-audit.ts';

const results = ['done', 'refused', 'failed', 'began'] as const satisfies readonly AuditResult[];

/** What was done and refused, and by whom; and whether the log is what was written. */
export function AuditView({ address: { fields } }: ViewProps) {
  const result = results.find((each) => each === fields.result);
  const { data, problem } = useAudit(result);
  const [verdict, setVerdict] = useState('');
  const verify = async () => {
    try {
      const { ok, blocks, entries, problem: wrong } = await call('GET', 'apiv1/audit/verify');
      setVerdict(ok ? text('auditWell', { blocks, entries }) : text('auditWrong', { problem: wrong ?? '' }));
    } catch (error) {
      setVerdict((error as Error).message);
    }
  };
  const shown = (data ?? []).filter(({ who, verb, noun, target, path, from, code }) =>
    matches(fields.filter, who ?? '', verb ?? '', noun ?? '', target ?? '', path, from, code ?? ''),
  );
  return (
    <>
      <ViewHead view="audit" problem={problem}>
        <label>
          {text('result')}{' '}
          <select onChange={({ currentTarget }) => setFields({ result: currentTarget.value })}>
            <option value="">{text('allResults')}</option>
            {results.map((each) => (
              <option key={each} value={each} selected={each === result}>
                {each}
              </option>
            ))}
          </select>
        </label>
        <button type="button" onClick={verify}>
          {text('verifyAudit')}
        </button>
      </ViewHead>
      <p role="status">{verdict}</p>
      {data?.length === 0 && <p class="empty">{text('noAudit')}</p>}
      {shown.length > 0 && (
        <RowsTable
          name={text('audit')}
          rows={shown.map((entry, at) => ({ ...entry, row: at }))}
          rowKey={({ row }) => String(row)}
          columns={{
            [text('when')]: ({ at }) => timeText(at),
            [text('who')]: ({ who, role, from }) => `${who ?? '?'} (${role ?? '-'}) ${from}`,
            [text('what')]: ({ verb, noun }) => `${verb ?? ''} ${noun ?? ''}`,
            [text('target')]: ({ target }) => target ?? '',
            [text('result')]: ({ result: each, status, code, policy, rule }) => (
              <span class={each === 'done' || each === 'began' ? '' : 'problem'}>
                {each} {status} {code} {policy} {rule}
              </span>
            ),
            [text('request')]: ({ method, path }) => (
              <code>
                {method} {path}
              </code>
            ),
          }}
        />
      )}
    </>
  );
}
