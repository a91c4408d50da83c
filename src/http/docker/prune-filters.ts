import { durationSeconds } from '../../model/duration.ts';
import { SatsumaError } from '../../model/errors.ts';
import { isLabelled } from './list-filters.ts';
import { filtersIn, type Query } from './query.ts';

/** What filters of a prune are about. */
interface Prunable {
  readonly labels: Readonly<Record<string, string>> | undefined;
  /** Milliseconds since 1970; NaN where it is not known, which no `until` takes. */
  readonly createdAt: number;
}

interface PruneFilters {
  /** Of those that this prune has for itself, by name. */
  readonly own: Readonly<Record<string, readonly string[]>>;
  isSelected(thing: Prunable): boolean;
}

/** `until`, `label` and `label!`, and what else the prune knows. Throws `invalid`. */
export function pruneFiltersIn(query: Query, known: readonly string[], nowMs: number): PruneFilters {
  const { label = [], 'label!': without = [], until, ...own } = filtersIn(query);
  const unknown = Object.keys(own).find((name) => !known.includes(name));
  if (unknown !== undefined || (until && !known.includes('until')))
    throw new SatsumaError('invalid', `invalid filter '${(unknown ?? 'until').slice(0, 64)}'`);
  const untilMs = until && timeIn(until, nowMs);
  return {
    own,
    isSelected: ({ labels = {}, createdAt }) => {
      const hasLabel = (each: string) => isLabelled(labels, each);
      if (untilMs !== undefined && !(createdAt <= untilMs)) return false;
      return label.every(hasLabel) && !(without.length > 0 && without.every(hasLabel));
    },
  };
}

/** Seconds since 1970, a date, or how long ago it was. */
function timeIn([text = '', ...more]: readonly string[], nowMs: number): number {
  if (more.length > 0) throw new SatsumaError('invalid', 'more than one until filter specified');
  const agoSeconds = durationSeconds(text, ['us', 'ms', 's', 'm', 'h']);
  if (agoSeconds !== undefined) return nowMs - agoSeconds * 1000;
  const time = /^\d{1,12}(\.\d{1,9})?$/.test(text) ? Number(text) * 1000 : dateIn(text);
  if (!Number.isNaN(time)) return time;
  throw new SatsumaError('invalid', `failed to parse ${JSON.stringify(text.slice(0, 64))} as a time`);
}

/** Docker reads a date without a zone as one of UTC. */
function dateIn(text: string): number {
  if (!/^\d{4}-\d\d-\d\d([T ]|$)/.test(text)) return Number.NaN;
  const hasZone = /T.*(Z|[+-]\d\d:\d\d)$/.test(text);
  return Date.parse(hasZone || !text.includes('T') ? text : `${text}Z`);
}
