import type { Server } from '@hapi/hapi';
import { relayToEngines } from '../../commands/relay/relay-to-engines.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import { hasEngine } from '../../model/scope.ts';
import type { Cluster } from '../../state/cluster.ts';
import { isContainerWithin } from '../../state/scopes.ts';
import { needs } from '../route-rules.ts';
import { untilGone } from '../until-gone.ts';
import { filtersIn, flagIn, integerIn, type Query } from './query.ts';

interface Entry {
  readonly Id: string;
  readonly Created?: number;
}

/** Of all engines, in one list: the newest first, as one engine has them. */
export function listRoute(server: Server, cluster: Cluster): void {
  server.route<{ Query: Query }>({
    method: 'GET',
    path: '/containers/json',
    options: { plugins: needs('read', 'container') },
    handler: async ({ app, query, raw }) => {
      const { scope, dockerVersion: version } = app;
      const { node, ...filters } = filtersIn(query);
      if (filters.before || filters.since)
        throw new SatsumaError('invalid', 'the filters before and since are not served: they are of one engine');
      const limit = integerIn(query, 'limit') ?? 0;
      const engines = cluster.cache.engines().filter((engine) => hasEngine(scope, engine) && isNode(engine, node));
      const asked = new URLSearchParams({ all: String(flagIn(query, 'all')), filters: JSON.stringify(filters) });
      if (flagIn(query, 'size')) asked.set('size', '1');
      if (limit > 0) asked.set('limit', String(limit));
      const answers = await relayToEngines(cluster, engines, {
        ...{ method: 'GET', path: '/containers/json', query: asked, version, signal: untilGone(raw) },
      });
      const listed = answers.flatMap(({ engine, answer }) => {
        const entries = Array.isArray(answer) ? answer.filter(isEntry) : [];
        if (!scope) return entries;
        return entries.filter(({ Id }) => {
          const known = cluster.cache.containers.get(engine.id, Id);
          return known !== undefined && isContainerWithin(cluster, scope, known);
        });
      });
      const sorted = listed.sort((a, b) => (b.Created ?? 0) - (a.Created ?? 0));
      return limit > 0 ? sorted.slice(0, limit) : sorted;
    },
  });
}

/** Classic Swarm's filter. */
function isNode({ id }: EngineRecord, node: readonly string[] | undefined): boolean {
  return node === undefined || node.includes(id);
}

function isEntry(entry: unknown): entry is Entry {
  return typeof entry === 'object' && entry !== null && 'Id' in entry && typeof entry.Id === 'string';
}
