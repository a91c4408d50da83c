import type { Generation, Service } from '../../src/api/service.ts';
import { ActionButton } from '../action-button.tsx';
import { call, send } from '../api.ts';
import { RowsTable } from '../rows-table.tsx';
import { text } from '../texts.ts';
import { useLive } from '../use-live.ts';
import { useMay } from '../use-may.ts';
import { timeText } from '../view-head.tsx';

/** Its generations, the latest first, each beside the one that is there now; and the way back to one. */
export function ServiceHistory({ service }: { readonly service: Service }) {
  const { name, generation } = service;
  const { data, problem } = useLive(`generations ${name}`, ['service'], (signal) =>
    call('GET', `apiv1/service/${encodeURIComponent(name)}/generations`, undefined, signal),
  );
  const may = useMay('service', 'update');
  const sorted = [...(data ?? [])].sort((a, b) => b.generation - a.generation);
  const current = sorted.find((each) => each.generation === generation);
  return (
    <>
      <h3>{text('history')}</h3>
      <p class="problem" role="alert">
        {problem}
      </p>
      {sorted.length > 0 && (
        <RowsTable
          name={`${text('history')}: ${name}`}
          rows={sorted}
          rowKey={(each) => String(each.generation)}
          columns={{
            [text('generationName')]: (each) =>
              `${each.generation}${each.generation === generation ? ` (${text('now')})` : ''}`,
            [text('cause')]: ({ cause }) => cause,
            [text('created')]: ({ created_at }) => timeText(created_at),
            [text('image')]: ({ image }) => <Compared value={image} now={current?.image} />,
            [text('replicas')]: ({ replicas }) => <Compared value={replicas} now={current?.replicas} />,
            [text('actions')]: (each) =>
              may.has('update') && isOther(each, current) ? (
                <ActionButton
                  label={text('rollbackTo')}
                  does={text('rollbackText', { name, generation: each.generation, image: each.image })}
                  act={() =>
                    send('POST', `apiv1/service/${encodeURIComponent(name)}/rollback`, {
                      body: { generation: each.generation },
                    })
                  }
                />
              ) : null,
          }}
        />
      )}
    </>
  );
}

/** Whether replicas of it would be other ones. */
function isOther({ template }: Generation, current: Generation | undefined): boolean {
  return current !== undefined && template !== current.template;
}

interface ComparedProps {
  readonly value: string | number;
  readonly now: string | number | undefined;
}

/** What is another one than now stands out. */
function Compared({ value, now }: ComparedProps) {
  return now === undefined || value === now ? <span>{value}</span> : <mark>{value}</mark>;
}
