import type { SlotWait } from '../model/service.ts';
import type { DocumentChange, Store } from './store.ts';

/**
 * Migrates a store from the previous format to format `to`. The changes are conditional on the versions that they were
 * derived from; once applied, none remain. So an interrupted migration can be repeated, and two servers can run it
 * concurrently.
 */
interface Migration {
  readonly to: number;
  changes(store: Store): Promise<readonly DocumentChange[]>;
}

/** In order. The last one leads to the current format; the others remain for older stores. */
export const migrations: readonly Migration[] = [{ to: 2, changes: briefWaits }];

/** A waiting slot keeps the reason of one engine; format 1 kept five. */
async function briefWaits(store: Store): Promise<readonly DocumentChange[]> {
  const statuses = (await store.list('service-status')).map(({ id, value, version }): DocumentChange[] =>
    Object.values(value.waiting).some(isLong)
      ? [{ kind: 'service-status', id, ifVersion: version, value: { ...value, waiting: brief(value.waiting) } }]
      : [],
  );
  const runs = (await store.list('job-run')).map(({ id, value, version }): DocumentChange[] =>
    Object.values(value.waiting).some(isLong)
      ? [{ kind: 'job-run', id, ifVersion: version, value: { ...value, waiting: brief(value.waiting) } }]
      : [],
  );
  return [...statuses, ...runs].flat();
}

function brief(waits: Readonly<Record<string, SlotWait>>): Record<string, SlotWait> {
  return Object.fromEntries(
    Object.entries(waits).map(([slot, wait]) => {
      const shorter = { ...(wait.details as object), engines: enginesOf(wait).slice(0, 1) };
      return [slot, isLong(wait) ? { ...wait, details: shorter } : wait];
    }),
  );
}

function isLong(wait: SlotWait): boolean {
  return wait.code === 'unschedulable' && enginesOf(wait).length > 1;
}

function enginesOf({ details }: SlotWait): readonly unknown[] {
  const { engines } = (details ?? {}) as { readonly engines?: unknown };
  return Array.isArray(engines) ? engines : [];
}
