import { useEffect } from 'preact/hooks';
import type { Mesh } from '../../src/api/mesh.ts';
import { ActionButton } from '../action-button.tsx';
import { ApiFailure, call, send } from '../api.ts';
import { RowsTable } from '../rows-table.tsx';
import { text } from '../texts.ts';
import { hrefOf } from '../use-address.ts';
import { useLive } from '../use-live.ts';
import { useMay } from '../use-may.ts';

const changingMs = 2_000;

/** The engines that networks span, or how to make them do so. */
export function MeshSection() {
  const { data, problem, again } = useLive('mesh', ['engine'], meshOrNone);
  const may = useMay('engine', 'create', 'remove');
  const mesh = data?.mesh;
  const isChanging = mesh?.ending || mesh?.members.some(({ state }) => state === 'joining' || state === 'leaving');
  useEffect(() => {
    if (!isChanging) return;
    const timer = setInterval(again, changingMs);
    return () => clearInterval(timer);
  }, [isChanging]);
  if (data?.isHidden) return null;
  if (!data) return problem === '' ? null : <p class="problem">{problem}</p>;
  return (
    <>
      <h3>{text('mesh')}</h3>
      {problem !== '' && <p class="problem">{problem}</p>}
      {!mesh && <p>{text('noMesh')}</p>}
      {!mesh && may.has('create') && (
        <ActionButton
          label={text('meshUp')}
          does={text('meshUpSure')}
          act={async () => {
            await send('PUT', 'apiv1/mesh', { body: {} });
            again();
          }}
        />
      )}
      {mesh?.problem !== undefined && <p class="problem">{mesh.problem}</p>}
      {mesh && (
        <RowsTable
          name={text('mesh')}
          rows={mesh.members}
          rowKey={({ engine }) => engine}
          columns={{
            [text('engine')]: ({ engine }) => <a href={hrefOf('engines', engine)}>{engine}</a>,
            [text('role')]: ({ role }) => role ?? '',
            [text('state')]: ({ state, problem: why }) => `${state}${why === undefined ? '' : `: ${why}`}`,
          }}
        />
      )}
      {mesh && !mesh.ending && may.has('remove') && (
        <ActionButton
          label={text('meshDown')}
          isGrave
          does={text('meshDownSure')}
          act={async () => {
            await send('DELETE', 'apiv1/mesh');
            again();
          }}
        />
      )}
    </>
  );
}

async function meshOrNone(signal: AbortSignal): Promise<{ readonly mesh?: Mesh; readonly isHidden?: boolean }> {
  try {
    return { mesh: await call('GET', 'apiv1/mesh', undefined, signal) };
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 404) return {};
    // It is over all engines, and not for whoever is narrowed.
    if (error instanceof ApiFailure && error.status === 403) return { isHidden: true };
    throw error;
  }
}
