import type { Server } from '@hapi/hapi';
import { AccessControl } from '../../access/access-control.ts';
import { anyone } from '../../access/principal.ts';
import { inspectContainer } from '../../commands/containers/inspect-container.ts';
import { keepRecord, listRecords } from '../../commands/shipyard/records.ts';
import type { ClusterEvent } from '../../model/cluster-event.ts';
import { SatsumaError } from '../../model/errors.ts';
import { matchesFilter } from '../../model/webhook.ts';
import type { Cluster } from '../../state/cluster.ts';
import { EventLog } from '../../state/events/event-log.ts';
import { isEventWithin } from '../../state/scopes.ts';
import { readableBy } from '../event-access.ts';
import { serializeEngine } from '../listed-container.ts';
import { needs } from '../route-rules.ts';
import { serializeContainer } from '../serialize.ts';
import { untilGone } from '../until-gone.ts';
import { RecentEvents } from './recent-events.ts';

/** Maximum number of latest events returned. */
const maxEvents = 1_000;
const purgeId = 'events';

export function eventRoutes(server: Server, cluster: Cluster): void {
  const log = new EventLog(cluster);
  const recent = new RecentEvents(log);
  server.ext('onPreStop', () => log.close());
  server.route<{ Query: { readonly limit?: string } }>({
    method: 'GET',
    path: '/api/events',
    options: { plugins: needs('read', 'event') },
    handler: async ({ app, query: { limit }, raw }) => {
      // Events contain the container with its environment, so they need the permission to reveal containers.
      const { principal = anyone } = app;
      app.hidesValues = !new AccessControl(cluster.cache, cluster.clock).may(principal, 'reveal', 'container');
      const gone = untilGone(raw);
      const isReadable = readableBy(cluster, { app });
      const isSelected = (event: ClusterEvent) =>
        matchesFilter({}, event) && isReadable(event) && isEventWithin(cluster, app.scope, event);
      const [purge] = await listRecords(cluster, 'purge');
      const purgedMs = purge ? Date.parse(purge.at) : 0;
      const all = await recent.upToNow(gone);
      const events = all
        .filter((event) => Date.parse(event.at) > purgedMs && isSelected(event))
        .slice(0, limitOf(limit));
      return await Promise.all(events.map((event) => serialize(cluster, event)));
    },
  });
  server.route({
    method: 'DELETE',
    path: '/api/events',
    options: { plugins: needs('remove', 'event') },
    handler: async (_, h) => {
      await keepRecord(cluster, purgeId, { type: 'purge', at: new Date(cluster.clock.now()).toISOString() });
      return h.response().code(204);
    },
  });
}

function limitOf(text = ''): number {
  if (text === '' || text === '-1') return maxEvents;
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text), maxEvents);
  throw new SatsumaError('invalid', 'limit must be a whole number');
}

async function serialize(cluster: Cluster, { kind, action, name, id, engine, at, attributes }: ClusterEvent) {
  const isContainer = kind === 'container';
  const host = engine !== undefined && cluster.cache.hasEngine(engine) ? cluster.cache.engine(engine).value : undefined;
  const known = isContainer ? await inspectContainer(cluster, id).catch(() => undefined) : undefined;
  const gone = { id, name: `/${name}`, image: { name: String(attributes.image ?? '') } };
  return {
    type: isContainer ? action : `${action === 'create' ? 'add' : action}-${kind}`,
    ...(isContainer && { container: known ? serializeContainer(known.container) : gone }),
    ...(host && { engine: serializeEngine(host) }),
    time: at,
    message: `name=${name}`,
    tags: [isContainer ? 'docker' : 'cluster'],
  };
}
