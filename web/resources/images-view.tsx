import { useState } from 'preact/hooks';
import type { EngineImageRow, PrunedImages } from '../../src/api/engine-image.ts';
import { ActionButton } from '../action-button.tsx';
import { call, callAll, send } from '../api.ts';
import { Facts, RowsTable } from '../rows-table.tsx';
import { text } from '../texts.ts';
import { hrefOf } from '../use-address.ts';
import { useLive } from '../use-live.ts';
import { useMay } from '../use-may.ts';
import { matches, timeText, ViewHead } from '../view-head.tsx';
import type { ViewProps } from '../views.tsx';
import { CopyImage, PullImage } from './image-transfers.tsx';
import { sizeText } from './size-text.ts';

/** Images on the engines: where each is, and how large. */
export function ImagesView({ state, address: { chosen, fields } }: ViewProps) {
  const { data, problem, again } = useLive('images', ['image'], (signal) =>
    callAll<EngineImageRow>('apiv1/engine-images', signal),
  );
  const may = useMay('engine-image', 'create', 'remove', 'import');
  const engines = state.engines.map(({ id }) => id);
  const image = data?.find(({ id }) => id === chosen);
  if (image)
    return <ImageDetail key={image.id} image={image} engines={engines} problem={problem} may={may} again={again} />;
  const shown = (data ?? []).filter(({ id, tags }) => matches(fields.filter, id, ...tags));
  return (
    <>
      <ViewHead view="images" problem={problem}>
        {may.has('remove') && <PruneImages again={again} />}
      </ViewHead>
      {data?.length === 0 && <p class="empty">{text('noImages')}</p>}
      {shown.length > 0 && (
        <RowsTable
          name={text('images')}
          rows={shown}
          rowKey={({ id }) => id}
          columns={{
            [text('name')]: (each) => <a href={hrefOf('images', each.id)}>{titleOf(each)}</a>,
            [text('size')]: ({ size }) => sizeText(size),
            [text('engines')]: (each) =>
              each.engines.length > 5
                ? text('onSoMany', { count: each.engines.length, all: engines.length })
                : each.engines.join(', '),
            [text('created')]: ({ created_at }) => timeText(created_at),
          }}
        />
      )}
      {may.has('create') && (
        <details class="adds">
          <summary>{text('pullImage')}</summary>
          <PullImage pulled={again} />
        </details>
      )}
    </>
  );
}

function titleOf({ id, tags }: EngineImageRow): string {
  return tags.join(', ') || id.slice(0, 19);
}

interface DetailProps {
  readonly image: EngineImageRow;
  readonly engines: readonly string[];
  readonly problem: string;
  readonly may: ReadonlySet<string>;
  readonly again: () => void;
}

function ImageDetail({ image, engines, problem, may, again }: DetailProps) {
  const { id, tags, size } = image;
  const name = tags[0] ?? id;
  const history = useLive(`history ${id}`, [], (signal) =>
    call('GET', `apiv1/engine-images/history?name=${encodeURIComponent(name)}`, undefined, signal),
  );
  const others = engines.filter((each) => !image.engines.includes(each));
  return (
    <>
      <ViewHead view="images" chosen={titleOf(image)} problem={problem || history.problem}>
        {may.has('remove') && (
          <ActionButton
            label={text('remove')}
            isGrave
            does={text('removeImageSure', { name, count: image.engines.length })}
            act={async () => {
              await send('POST', 'apiv1/engine-images/remove', { body: { name } });
              again();
            }}
          />
        )}
      </ViewHead>
      <Facts
        facts={{
          Id: id,
          [text('size')]: sizeText(size),
          [text('engines')]: image.engines.join(', '),
          [text('notOn')]: others.join(', '),
          [text('created')]: timeText(image.created_at),
        }}
      />
      {may.has('import') && others.length > 0 && tags[0] !== undefined && (
        <CopyImage name={tags[0]} from={image.engines[0] ?? ''} others={others} copied={again} />
      )}
      {history.data && (
        <RowsTable
          name={text('howMade')}
          rows={history.data.map((step, at) => ({ ...step, at }))}
          rowKey={({ at }) => String(at)}
          columns={{
            [text('size')]: (step) => sizeText(step.size),
            [text('howMade')]: ({ created_by, comment }) => <code>{created_by || comment}</code>,
          }}
        />
      )}
    </>
  );
}

/** What nothing uses is looked for when it is asked for. */
function PruneImages({ again }: { readonly again: () => void }) {
  const [found, setFound] = useState<PrunedImages>();
  const [problem, setProblem] = useState('');
  const look = () => {
    setProblem('');
    call('POST', 'apiv1/engine-images/prune', { dry_run: true }).then(setFound, (error: Error) =>
      setProblem(error.message),
    );
  };
  return (
    <>
      <button type="button" onClick={look}>
        {text('findUnused')}
      </button>
      {found && (
        <ActionButton
          label={text('pruneImages', { count: found.removed.length })}
          isGrave
          isDisabled={found.removed.length === 0}
          does={
            <>
              <p>{text('pruneImagesText', { count: found.removed.length, size: sizeText(found.size) })}</p>
              <ul>
                {found.removed.slice(0, 20).map(({ engine, id, tags }) => (
                  <li key={`${engine} ${id}`}>
                    {engine}: {tags.join(', ') || id}
                  </li>
                ))}
              </ul>
            </>
          }
          act={async () => {
            await call('POST', 'apiv1/engine-images/prune', { dry_run: false });
            setFound(undefined);
            again();
          }}
        />
      )}
      <span class="problem" role="alert">
        {problem}
      </span>
    </>
  );
}
