import { randomUUID } from 'node:crypto';
import type { DocumentKind } from '../documents.ts';
import type { FeedLimits } from '../feed-limits.ts';
import type { Change, ChangeFeed, Position } from '../store.ts';
import type { Environment } from './environment.ts';
import type { Tables } from './tables.ts';

/** A change that has no version yet. */
interface Event {
  readonly kind: DocumentKind | 'reservation';
  readonly id: string;
  readonly value?: unknown;
}

/** Appends one change to the feed within its transaction, and returns its version. */
export type Announce = (...events: readonly Event[]) => number;

export function embeddedFeed(environment: Environment, limits: FeedLimits): { feed: ChangeFeed; announce: Announce } {
  const { tables, bell } = environment;

  return {
    announce(...events) {
      const version = lastVersion(tables) + 1;
      const changes = JSON.stringify(events.map((event) => ({ ...event, version })));
      tables.counters.put('version', version);
      if (!tables.identity.doesExist('epoch')) tables.identity.put('epoch', randomUUID());
      tables.feed.put(version, changes);
      trimFeed(tables, limits, { head: version, added: Buffer.byteLength(changes) });
      return version;
    },
    feed: {
      async position() {
        return environment.read(() => positionOf(tables));
      },
      async head() {
        return environment.read(() => lastVersion(tables));
      },
      async *follow(after, signal, expectedEpoch) {
        let ring = (): void => {};
        const listener = (): void => ring();
        bell.on('commit', listener).on('close', listener);
        signal.addEventListener('abort', listener);
        try {
          let epoch = expectedEpoch ?? environment.read(() => positionOf(tables).epoch);
          for (let cursor = after; !signal.aborted; ) {
            // Created before reading, so that a commit in between is noticed.
            const rung = new Promise<void>((resolve) => {
              ring = resolve;
            });
            const changes = environment.read(() => changesAfter(tables, { epoch, version: cursor }));
            if (changes[0]?.kind === 'reset') epoch = environment.read(() => positionOf(tables).epoch);
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

/** A batch of versions after `cursor`; a `reset` if they are no longer kept, or never existed. */
function changesAfter(tables: Tables, cursor: Position): readonly Change[] {
  const { epoch, version: head } = positionOf(tables);
  const isSame = epoch === cursor.epoch;
  if (isSame && cursor.version === head) return [];
  const start = cursor.version + 1;
  if (!isSame || !tables.feed.doesExist(start)) return [{ kind: 'reset', version: head }];
  // The only unchecked conversion: the tables tie each kind to its type of value.
  return [...tables.feed.getRange({ start, limit: 100 })].flatMap(({ value }): Change[] => JSON.parse(value));
}

function positionOf(tables: Tables): Position {
  return { epoch: tables.identity.get('epoch') ?? '', version: lastVersion(tables) };
}

export function lastVersion(tables: Tables): number {
  return tables.counters.get('version') ?? 0;
}

interface Appended {
  readonly head: number;
  readonly added: number;
}

/** The part of the versions by which a feed may exceed its limit: finding the oldest one costs each commit more than its own. */
const trimmedPart = 0.01;

/** Drops the oldest versions beyond the limits; `head`: the newest; `added`: its bytes. */
function trimFeed(tables: Tables, { versions, bytes }: FeedLimits, { head, added }: Appended): void {
  let length = (tables.counters.get('feedLength') ?? 0) + added;
  const isDue = head % Math.ceil(versions * trimmedPart) === 0;
  while (isDue || length > bytes) {
    const [oldest = head] = tables.feed.getKeys({ limit: 1 });
    if (oldest === head || (oldest > head - versions && length <= bytes)) break;
    length -= Buffer.byteLength(tables.feed.get(oldest) ?? '');
    tables.feed.remove(oldest);
  }
  tables.counters.put('feedLength', length);
}

/** Recounts the feed's size, and drops what exceeds the limits, which another release may have written. */
export function recountFeed(tables: Tables, { versions, bytes }: FeedLimits): (() => void)[] {
  const head = lastVersion(tables);
  let length = 0;
  let oldest = head + 1;
  for (const { key, value } of tables.feed.getRange({ reverse: true, limit: versions })) {
    const size = Buffer.byteLength(value);
    if (key < head && length + size > bytes) break;
    length += size;
    oldest = key;
  }
  const changes: (() => void)[] = [];
  for (const key of tables.feed.getKeys({ end: oldest })) changes.push(() => tables.feed.remove(key));
  if (tables.counters.get('feedLength') !== length) changes.push(() => tables.counters.put('feedLength', length));
  return changes;
}
