import type { ComponentChildren } from 'preact';

interface RowsProps<Row> {
  readonly name: string;
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** By their heads. What the first one shows names the row. */
  readonly columns: Readonly<Record<string, (row: Row) => ComponentChildren>>;
}

/** On a small screen it is moved sideways. */
export function RowsTable<Row>({ name, rows, rowKey, columns }: RowsProps<Row>) {
  const entries = Object.entries(columns);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse moves it sideways with the keyboard.
    <section class="rows" aria-label={name} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {entries.map(([head]) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {entries.map(([head, show], at) =>
                at === 0 ? (
                  <th key={head} scope="row">
                    {show(row)}
                  </th>
                ) : (
                  <td key={head}>{show(row)}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface FactsProps {
  readonly facts: Readonly<Record<string, ComponentChildren>>;
}

/** What is not there is not shown. */
export function Facts({ facts }: FactsProps) {
  const shown = Object.entries(facts).filter(([, value]) => value !== '' && value !== undefined && value !== null);
  return (
    <dl class="facts">
      {shown.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
