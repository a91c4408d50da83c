import { line } from './line.ts';

type ChangeAction = 'compare' | 'create' | 'change' | 'keep' | 'run' | 'remove' | 'hold';

/** The planned action for a part of an application. */
export interface ChangeRow {
  readonly kind: string;
  readonly name: string;
  readonly action: ChangeAction;
  /** For a change: the fields that differ. */
  readonly fields: readonly string[];
  /** Fields that may differ, but are not visible. */
  readonly hidden?: readonly string[];
  /** Why it is held. */
  readonly reason?: string | undefined;
}

const maxFields = 8;
const signs: Readonly<Record<ChangeAction, string>> = {
  ...{ create: '+', change: '~', run: '>', remove: '-', keep: '=', hold: '!', compare: '?' },
};

/** One line per planned action, and one for everything unchanged. `orphans`: existing parts that nothing wants. */
export function changeLines(
  application: string,
  rows: readonly ChangeRow[],
  { orphans, hint }: { readonly orphans: readonly Pick<ChangeRow, 'kind' | 'name'>[]; readonly hint: string },
): string[] {
  const isOrphan = (name: string) => orphans.some((each) => each.name === name);
  const kept = rows.filter(({ action, name }) => action === 'keep' && !isOrphan(name));
  const done = rows.filter(({ action }) => action !== 'keep');
  return [
    ...done.map((row) => line`${signs[row.action]} ${row.kind} ${row.name}${wordsOf(row)}`),
    ...(kept.length > 0 ? [line`= unchanged: ${kept.map(({ name }) => name).join(', ')}`] : []),
    ...orphans.map(({ kind, name }) => line`! ${kind} ${name} is of ${hint}`),
    ...(done.length === 0 ? [line`${application}: nothing to do`] : []),
  ];
}

function wordsOf({ action, fields, hidden = [], reason = '' }: ChangeRow): string {
  if (action === 'compare') return `: ${listed(hidden)} hidden from you, which the server compares`;
  if (action === 'run') return ': its last run did not succeed with the current definition';
  if (action === 'hold') return ` is held: ${reason}`;
  return fields.length === 0 ? '' : `: ${listed(fields)}`;
}

function listed(fields: readonly string[]): string {
  const more = fields.length > maxFields ? ` and ${fields.length - maxFields} more` : '';
  return `${fields.slice(0, maxFields).join(', ')}${more}`;
}
