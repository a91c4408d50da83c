import type { Server } from '@hapi/hapi';
import { KeptLists, type ListedContainer } from '../../commands/relay/kept-lists.ts';
import { relayToEngines } from '../../commands/relay/relay-to-engines.ts';
import type { DockerSettings } from '../../model/doors.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { hasEngine, type Scope } from '../../model/scope.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { findWithin, isContainerWithin } from '../../state/scopes.ts';
import { needs } from '../route-rules.ts';
import { untilGone } from '../until-gone.ts';
import { matcherOf } from './list-filters.ts';
import { newestFirst } from './newest-first.ts';
import { filtersIn, flagIn, integerIn, type Query } from './query.ts';
import { shownNames, withNames } from './shown-names.ts';

interface Entry {
  readonly Id: string;
  readonly Created?: number;
  readonly Names?: readonly string[];
}

type Row = Pick<ListedContainer, 'engineId' | 'id' | 'created' | 'json'>;

/** Containers of all engines in one list, the newest first, as one engine lists them. */
export function listRoute(server: Server, cluster: Cluster, { names }: Pick<DockerSettings, 'names'>): void {
  const shown = shownNames(names);
  const kept = new KeptLists(cluster, shown);
  server.route<{ Query: Query }>({
    method: 'GET',
    path: '/containers/json',
    options: { plugins: needs('read', 'container') },
    handler: async ({ app, query, raw }, h) => {
      const { scope, dockerVersion: version } = app;
      const { node, before, since, ...filters } = filtersIn(query);
      const isBetween = await boundsOf(cluster, scope, { before, since });
      const limit = Math.max(0, integerIn(query, 'limit') ?? 0);
      const isAll = flagIn(query, 'all') || limit > 0;
      const engines = cluster.cache.engines().filter((engine) => hasEngine(scope, engine) && isNode(engine, node));
      const isSelected = flagIn(query, 'size') ? undefined : matcherOf(filters, isAll);
      const asked = { version, signal: untilGone(raw) };
      const known = isSelected && (await kept.list(engines, asked));
      const rows: readonly Row[] = known
        ? known.filter(isSelected)
        : await ask(engines, {
            ...{ ...asked, all: isAll, filters, size: flagIn(query, 'size') },
            // Each engine's newest are enough where nothing is left out of them here.
            limit: scope?.projects || before || since ? 0 : limit,
          });
      const places = new Map((known ?? rows).map(({ id }, place) => [id, place]));
      const seen = rows.filter((row) => {
        if (!isBetween(row, places)) return false;
        const container = scope && cluster.cache.containers.get(row.engineId, row.id);
        return !scope || (container !== undefined && isContainerWithin(cluster, scope, container));
      });
      const sorted = newestFirst(seen, ({ id }) => placedAt(cluster, id));
      const some = limit > 0 ? sorted.slice(0, limit) : sorted;
      // What is hidden from whoever asks is looked for in objects.
      if (scope || app.hidesValues) return some.map((row) => JSON.parse(row.json()));
      return h.response(`[${some.map((row) => row.json()).join(',')}]`).type('application/json');
    },
  });

  async function ask(
    engines: readonly EngineRecord[],
    {
      all,
      filters,
      size,
      limit,
      ...asked
    }: {
      all: boolean;
      filters: object;
      size: boolean;
      limit: number;
      version: string | undefined;
      signal: AbortSignal;
    },
  ): Promise<Row[]> {
    const query = new URLSearchParams({ all: String(all), filters: JSON.stringify(filters) });
    if (size) query.set('size', '1');
    if (limit > 0) query.set('limit', String(limit));
    const answers = await relayToEngines(cluster, engines, {
      method: 'GET',
      path: '/containers/json',
      query,
      ...asked,
    });
    return answers.flatMap(({ engine, answer }) =>
      (Array.isArray(answer) ? answer : []).filter(isEntry).map((entry) => ({
        ...{ engineId: engine.id, id: entry.Id, created: entry.Created ?? 0 },
        json: () => JSON.stringify(withNames(engine.id, entry, shown)),
      })),
    );
  }
}

/** Tells whether a container was created between others. `places`: by id, in the order of the lists. */
type Between = (...at: Parameters<Compare>) => boolean;

type Compare = (row: Pick<Row, 'engineId' | 'id' | 'created'>, places: ReadonlyMap<string, number>) => number;

/**
 * Containers that were created before and after others, on whichever engines. Lists have seconds. Within one, the order of the engine's own list tells
 * it, newest first, and of two engines the records of ours. Throws as `findContainer`.
 */
async function boundsOf(
  cluster: Cluster,
  scope: Scope | undefined,
  { before, since }: Readonly<Record<'before' | 'since', readonly string[] | undefined>>,
): Promise<Between> {
  const boundOf = async (reference: string): Promise<Compare> => {
    const { engine, container } = await findContainer(
      cluster,
      scope ? await findWithin(cluster, scope, { reference }) : reference,
    );
    const seconds = Math.floor(Date.parse(container.createdAt) / 1000);
    /** Positive: the row was created after it. */
    return (row, places) => {
      if (row.created !== seconds) return Math.sign(row.created - seconds);
      if (row.engineId !== engine.id)
        return Math.sign(placedAt(cluster, row.id) - placedAt(cluster, container.id)) || 0;
      const [own, place] = [places.get(container.id), places.get(row.id)];
      return own === undefined || place === undefined ? 0 : Math.sign(own - place);
    };
  };
  const [ends = [], begins = []] = await Promise.all(
    [before, since].map((all) => Promise.all((all ?? []).map(boundOf))),
  );
  return (row, places) =>
    ends.every((compare) => compare(row, places) < 0) && begins.every((compare) => compare(row, places) > 0);
}

/** In milliseconds since 1970; NaN for a container that was started by hand. */
function placedAt({ cache }: Cluster, containerId: string): number {
  const ours = cache.reservationsOf(containerId).find(({ isForeign }) => !isForeign);
  return Date.parse(ours?.createdAt ?? '');
}

/** The filter of classic Swarm. */
function isNode({ id }: EngineRecord, node: readonly string[] | undefined): boolean {
  return node === undefined || node.includes(id);
}

function isEntry(entry: unknown): entry is Entry {
  return typeof entry === 'object' && entry !== null && 'Id' in entry && typeof entry.Id === 'string';
}
