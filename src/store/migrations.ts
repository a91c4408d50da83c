import type { SlotWait } from '../model/service.ts';
import type { DocumentChange, Store } from './store.ts';

/**
 * What brings a store from the format before to this one: `to` says which. The changes carry the versions that they were made of,
 * and once they are made there are none: whoever was killed in their midst begins again, and two servers may do it at once.
 */
export interface Migration {
  readonly to: number;
  changes(store: Store): Promise<readonly DocumentChange[]>;
}

/** In order. The last one leads to the format of this release; those before it stay, for stores that are older. */
export const migrations: readonly Migration[] = [{ to: 2, changes: briefWaits }];

/** A slot that waits for room keeps one engine's reason; format 1 kept those of five. */
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
