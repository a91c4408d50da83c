import { useMemo, useRef, useState } from 'preact/hooks';
import type { ListedContainer } from '../../src/api/container.ts';
import { nameOf } from '../live-cluster.ts';
import { text } from '../texts.ts';
import { setFields, showContainer } from '../use-address.ts';
import type { ViewProps } from '../views.tsx';
import { BulkActions } from './bulk-actions.tsx';
import { containerColumns } from './container-columns.ts';
import { readQuery } from './container-query.ts';
import { useRows } from './use-rows.ts';
import { useVirtualRows } from './use-virtual-rows.ts';

/** As main.css has it. */
const rowHeight = 36;
const none: readonly ListedContainer[] = [];

/** All containers of all engines. Only the rows that are seen are drawn. */
export function ContainersView({ state, address: { fields } }: ViewProps) {
  const { filter = '', sort = 'name' } = fields;
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const box = useRef<HTMLElement>(null);
  const query = useMemo(() => readQuery(filter), [filter]);
  const known = useRows({ containers: state.containers, matches: query.matches, key: sort });
  const rows = known ?? none;
  const { first, end, above, below } = useVirtualRows(box, rows.length, rowHeight);
  const chosen = marked.size === 0 ? none : rows.filter(({ id }) => marked.has(id));
  const mark = (ids: readonly string[], isMarked: boolean) =>
    setMarked((before) => {
      const after = new Set(before);
      for (const id of ids) isMarked ? after.add(id) : after.delete(id);
      return after;
    });
  const areAllMarked = rows.length > 0 && chosen.length === rows.length;
  return (
    <section class="containers" aria-label={text('containers')}>
      {query.wrong && (
        <p class="problem" role="alert">
          {text('noSuchFilter', { word: query.wrong.word, instead: query.wrong.instead.join(', ') })}
        </p>
      )}
      <p role="status">{known && text('containersShown', { count: rows.length })}</p>
      <BulkActions containers={chosen} services={state.services} done={() => setMarked(new Set())} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached with the keyboard. */}
      <section ref={box} class="table-box" tabIndex={0} aria-label={text('containerTable')}>
        <table aria-rowcount={rows.length + 1}>
          <thead>
            <tr aria-rowindex={1}>
              <th scope="col" class="mark">
                <input
                  type="checkbox"
                  aria-label={text('markAll')}
                  checked={areAllMarked}
                  onChange={() =>
                    mark(
                      rows.map(({ id }) => id),
                      !areAllMarked,
                    )
                  }
                />
              </th>
              {containerColumns.map(({ title, isWide }) => (
                <th
                  key={title}
                  scope="col"
                  class={`of-${title}${isWide ? ' wide' : ''}`}
                  aria-sort={sort === title ? 'ascending' : sort === `-${title}` ? 'descending' : 'none'}
                >
                  <button type="button" onClick={() => setFields({ sort: sort === title ? `-${title}` : title })}>
                    {text(title)}
                    {sort === title ? ' ↑' : sort === `-${title}` ? ' ↓' : ''}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Gap height={above} />
            {rows.slice(first, end).map((each, at) => (
              <Row
                key={each.id}
                container={each}
                place={first + at + 2}
                isMarked={marked.has(each.id)}
                isShown={each.id === fields.container}
                mark={mark}
              />
            ))}
            <Gap height={below} />
          </tbody>
        </table>
      </section>
      {known?.length === 0 && <p class="empty">{filter === '' ? text('noContainers') : text('noMatch')}</p>}
    </section>
  );
}

function Gap({ height }: { readonly height: number }) {
  return height === 0 ? null : (
    <tr>
      <td colSpan={containerColumns.length + 1} style={{ height: `${height}px` }} />
    </tr>
  );
}

interface RowProps {
  readonly container: ListedContainer;
  readonly place: number;
  readonly isMarked: boolean;
  readonly isShown: boolean;
  readonly mark: (ids: readonly string[], isMarked: boolean) => void;
}

function Row({ container, place, isMarked, isShown, mark }: RowProps) {
  const { id, state, stale } = container;
  const name = nameOf(container);
  return (
    <tr aria-rowindex={place} class={`${state}${stale ? ' stale' : ''}${isShown ? ' shown' : ''}`}>
      <td class="mark">
        <input
          type="checkbox"
          aria-label={text('markOne', { name })}
          checked={isMarked}
          onChange={() => mark([id], !isMarked)}
        />
      </td>
      {containerColumns.map(({ title, value, isWide }) => {
        const words = value(container);
        return (
          <td key={title} class={isWide ? 'wide' : ''} title={words}>
            {title === 'name' ? (
              <button type="button" class="link" onClick={() => showContainer(id)}>
                {name}
              </button>
            ) : (
              words
            )}
          </td>
        );
      })}
    </tr>
  );
}
