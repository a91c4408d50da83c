import type { Action, Changes } from '../../compose/plan-changes.ts';
import { line } from '../line.ts';

interface Row {
  readonly kind: string;
  readonly name: string;
  readonly action: Action;
  readonly fields: readonly string[];
  readonly hidden?: readonly string[];
}

const mostFields = 8;
const signs: Readonly<Record<Action, string>> = {
  create: '+',
  change: '~',
  run: '>',
  remove: '-',
  keep: '=',
  compare: '?',
};

export function rowsOf({ networks, secrets, services, jobs, orphans }: Changes): readonly Row[] {
  return [...networks, ...secrets, ...jobs, ...services, ...orphans].map(
    ({ kind, name, action, fields, hidden = [] }: Row) => ({
      kind,
      name,
      action,
      fields,
      ...(hidden.length > 0 && { hidden }),
    }),
  );
}

/** What is going to be done, a line each, and what stays as it is in one. */
export function changesText(project: string, changes: Changes): string[] {
  const rows = rowsOf(changes);
  const orphans = changes.orphans.filter(({ action }) => action === 'keep');
  const isOrphan = (name: string) => orphans.some((each) => each.name === name);
  const kept = rows.filter(({ action, name }) => action === 'keep' && !isOrphan(name));
  const done = rows.filter(({ action }) => action !== 'keep');
  return [
    ...done.map((row) => line`${signs[row.action]} ${row.kind} ${row.name}${wordsOf(row)}`),
    ...(kept.length > 0 ? [line`= unchanged: ${kept.map(({ name }) => name).join(', ')}`] : []),
    ...orphans.map(
      ({ kind, name }) => line`! ${kind} ${name} is of the project and not in the files: --remove-orphans removes it`,
    ),
    ...(done.length === 0 ? [line`${project}: nothing to do`] : []),
  ];
}

function wordsOf({ action, fields, hidden = [] }: Row): string {
  if (action === 'compare') return `: ${listed(hidden)} hidden from you, which the server compares`;
  if (action === 'run') return ': its last run did not succeed as it is now';
  return fields.length === 0 ? '' : `: ${listed(fields)}`;
}

function listed(fields: readonly string[]): string {
  const more = fields.length > mostFields ? ` and ${fields.length - mostFields} more` : '';
  return `${fields.slice(0, mostFields).join(', ')}${more}`;
}
