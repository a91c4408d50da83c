import type { Changes } from '../../compose/plan-changes.ts';
import { type ChangeRow, changeLines } from '../change-lines.ts';

export function rowsOf({ networks, secrets, configs, services, jobs, orphans }: Changes): readonly ChangeRow[] {
  return [...networks, ...secrets, ...configs, ...jobs, ...services, ...orphans].map(
    ({ kind, name, action, fields, hidden = [] }: ChangeRow) => ({
      kind,
      name,
      action,
      fields,
      ...(hidden.length > 0 && { hidden }),
    }),
  );
}

export function changesText(project: string, changes: Changes): string[] {
  return changeLines(project, rowsOf(changes), {
    orphans: changes.orphans.filter(({ action }) => action === 'keep'),
    hint: 'the project and not in the files: --remove-orphans removes it',
  });
}
