import { SatsumaError } from '../../model/errors.ts';
import type { Change, ChangeFeed, DocumentKind } from '../store.ts';
import type { Environment } from './environment.ts';
import type { Tables } from './tables.ts';

/** A change before its version is known. */
export interface Event {
  readonly kind: DocumentKind | 'reservation';
  readonly id: string;
  readonly value?: unknown;
}

/** Appends the events of one change to the feed, in its transaction, and returns the version they got. */
export type Announce = (...events: readonly Event[]) => number;

export function embeddedFeed(environment: Environment, keep: number): { feed: ChangeFeed; announce: Announce } {
  const { tables, bell } = environment;

  return {
    announce(...events) {
      const version = lastVersion(tables) + 1;
      // The one place where an event becomes a Change: the tables tie each kind to its type of value.
      const changes = events.map((event) => ({ ...event, version })) as unknown as Change[];
      tables.counters.put('version', version);
      tables.feed.put(version, changes);
      tables.feed.remove(version - keep);
      return version;
    },
    feed: {
      async head() {
        return environment.read(() => lastVersion(tables));
      },
      async *follow(after, signal) {
        let ring = (): void => {};
        const listener = (): void => ring();
        bell.on('commit', listener).on('close', listener);
        signal.addEventListener('abort', listener);
        try {
          for (let cursor = after; !signal.aborted; ) {
            // Before looking: what is committed in between rings this one.
            const rung = new Promise<void>((resolve) => {
              ring = resolve;
            });
            const changes = environment.read(() => changesAfter(tables, cursor));
            if (changes.length === 0) await rung;
            for (const change of changes) {
              if (signal.aborted) return;
              yield change;
              cursor = change.version;
            }
          }
        } finally {
          bell.off('commit', listener).off('close', listener);
          signal.removeEventListener('abort', listener);
        }
      },
    },
  };
}

/** The next versions after `cursor`, some at a time; a `reset` where they are no longer kept, or never were. */
function changesAfter(tables: Tables, cursor: number): readonly Change[] {
  const head = lastVersion(tables);
  if (cursor === head) return [];
  if (!tables.feed.doesExist(cursor + 1)) return [{ kind: 'reset', version: head }];
  return [...tables.feed.getRange({ start: cursor + 1, limit: 100 })].flatMap(({ value }) => value);
}

export function lastVersion(tables: Tables): number {
  return tables.counters.get('version') ?? 0;
}

/** Drops what a larger `keep` of an earlier run has left. */
export function trimFeed(tables: Tables, keep: number): void {
  const end = lastVersion(tables) - keep + 1;
  for (const version of [...tables.feed.getKeys({ end })]) tables.feed.remove(version);
}

export function checkKeep(keep: number): void {
  if (!Number.isSafeInteger(keep) || keep < 1) {
    throw new SatsumaError('invalid', `The feed keeps a whole number of versions, at least 1, not ${keep}.`);
  }
}
