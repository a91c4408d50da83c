import type { CertificateView } from '../../src/api/certificate.ts';
import { call } from '../api.ts';
import { RowsTable } from '../rows-table.tsx';
import { text } from '../texts.ts';
import { hrefOf } from '../use-address.ts';
import { useLive } from '../use-live.ts';
import { timeText, ViewHead } from '../view-head.tsx';

const dayMs = 86_400_000;
const soonDays = 30;

/** Certificates of servers and engines, and when they end. */
export function CertificatesView() {
  const { data, problem } = useLive('certificates', ['engine'], (signal) =>
    call('GET', 'apiv1/certificates', undefined, signal),
  );
  return (
    <>
      <ViewHead view="certificates" problem={problem} />
      {data && (
        <>
          <h3>{text('servers')}</h3>
          <RowsTable
            name={text('servers')}
            rows={data.servers}
            rowKey={({ id }) => id}
            columns={{
              [text('name')]: ({ id, host }) => `${host ?? ''} ${id}`,
              [text('certClient')]: ({ client }) => <Ends certificate={client} />,
              API: ({ api }) => <Ends certificate={api} />,
              [text('certTrusts')]: ({ trusts }) => (trusts ?? []).map((each) => each.slice(0, 16)).join(', '),
            }}
          />
          <h3>{text('engines')}</h3>
          {data.engines.length === 0 ? (
            <p>{text('noCertificates')}</p>
          ) : (
            <RowsTable
              name={text('engines')}
              rows={data.engines}
              rowKey={({ id }) => id}
              columns={{
                [text('engine')]: ({ id }) => <a href={hrefOf('engines', id)}>{id}</a>,
                [text('ends')]: (each) => <Ends certificate={each} />,
                [text('certAuthority')]: ({ authority }) => authority?.slice(0, 16) ?? '-',
              }}
            />
          )}
        </>
      )}
    </>
  );
}

function Ends({ certificate }: { readonly certificate: CertificateView | null }) {
  if (certificate === null) return <>{text('none')}</>;
  const days = Math.floor((Date.parse(certificate.not_after) - Date.now()) / dayMs);
  return (
    <span class={days < soonDays ? 'problem' : ''}>
      {timeText(certificate.not_after)} ({text('daysLeft', { days })})
    </span>
  );
}
