import { checkChanges, checkGuard, checkId } from '../check-input.ts';
import type { DocumentKind, Documents } from '../documents.ts';
import { sortById } from '../sort-by-id.ts';
import type { DocumentStore, Versioned, WriteResult } from '../store.ts';
import type { Environment } from './environment.ts';
import { type Announce, lastVersion } from './feed.ts';
import { heldLease } from './leases.ts';
import { entriesUnder, type StoredDocument } from './tables.ts';

export function embeddedDocuments(environment: Environment, announce: Announce): DocumentStore {
  const { tables } = environment;
  const { documents } = tables;

  return {
    async read(kind, id) {
      checkId(`The id of a document of kind ${kind}`, id);
      const stored = environment.read(() => documents.get([kind, id]));
      return stored && versioned(kind, id, stored);
    },
    async list(kind) {
      const found = environment.read(() => [...entriesUnder(documents, kind)]);
      return sortById(found.map(([id, stored]) => versioned(kind, id, stored)));
    },
    async write(changes, guard = {}) {
      checkChanges(changes);
      checkGuard(guard);
      const { lease, unlessReserved } = guard;
      return environment.commit((): WriteResult => {
        if (lease && heldLease(tables, lease.name)?.token !== lease.token) return { ok: false, conflict: 'lease' };
        const conflict = changes.find(({ kind, id, ifVersion }) => {
          return ifVersion !== undefined && (documents.get([kind, id])?.version ?? 0) !== ifVersion;
        });
        if (conflict) return { ok: false, conflict };
        if (unlessReserved !== undefined && isReserved(unlessReserved)) return { ok: false, conflict: 'reserved' };
        if (changes.length === 0) return { ok: true, version: lastVersion(tables) };
        const version = announce(...changes.map(({ kind, id, value }) => ({ kind, id, ...(value && { value }) })));
        for (const { kind, id, value } of changes) {
          if (value) documents.put([kind, id], { version, value });
          else documents.remove([kind, id]);
        }
        return { ok: true, version };
      });
    },
  };

  function isReserved(engineId: string): boolean {
    return !entriesUnder(tables.reservationsByEngine, engineId).next().done;
  }
}

function versioned<K extends DocumentKind>(kind: K, id: string, stored: StoredDocument): Versioned<Documents[K]>;
function versioned(_kind: DocumentKind, id: string, stored: StoredDocument): Versioned<unknown> {
  return { id, value: stored.value, version: stored.version };
}
