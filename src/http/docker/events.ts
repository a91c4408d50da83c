import type { Server } from '@hapi/hapi';
import { type EventStream, mergeEvents } from '../../commands/relay/merge-events.ts';
import { acceptedAnswer } from '../../commands/relay/read-answer.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import type { Scope } from '../../model/scope.ts';
import type { Cluster } from '../../state/cluster.ts';
import { enginesWithin, isContainerWithin } from '../../state/scopes.ts';
import { requireBesides } from '../access-guard.ts';
import { readerOf } from '../reader-of.ts';
import { needsWithin } from '../route-rules.ts';
import { answerStream } from '../stream-answer.ts';
import { untilStop } from '../until-stop.ts';
import { referenceReader } from './engine-references.ts';
import { isOfProject } from './own-things.ts';
import { filtersIn, pick, type Query } from './query.ts';

/** Of the engines that answer when it is asked. */
export function eventsRoute(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  server.route<{ Query: Query }>({
    method: 'GET',
    path: '/events',
    options: { plugins: needsWithin('read', 'event') },
    handler: async (request, h) => {
      // They tell the commands of exec, and labels.
      requireBesides(cluster, request, { verb: 'reveal', noun: 'container' });
      const { node, container, ...filters } = filtersIn(request.query);
      const read = referenceReader(cluster, request.app);
      // One that is gone is told of by its name alone.
      const readOrBare = (reference: string) =>
        read(reference).catch((error: unknown) => {
          if (isSatsumaError(error, 'no_such_container')) return reference.replace(/^.*\//s, '');
          throw error;
        });
      const containers = container && (await Promise.all(container.map(readOrBare)));
      const query = pick(request.query, ['since', 'until']);
      query.set('filters', JSON.stringify({ ...filters, ...(containers && { container: containers }) }));
      const { scope } = request.app;
      const engines = enginesWithin(cluster, scope, undefined).filter(({ id, condition }) => {
        return condition !== 'down' && (node?.includes(id) ?? true);
      });
      const asked = { method: 'GET', path: '/events', query, use: 'logs', version: request.app.dockerVersion } as const;
      return await answerStream(request, h, stopping, {
        type: 'application/json',
        open: async (signal) => {
          const failures: unknown[] = [];
          const opened = await Promise.all(
            engines.map(async (engine): Promise<EventStream[]> => {
              try {
                const client = cluster.pool.client(engine);
                const { bytes } = await acceptedAnswer(
                  await client.relay({ ...asked, reader: readerOf(request) }, signal),
                );
                return [
                  {
                    engineId: engine.id,
                    bytes,
                    isSeen: scope && ((event) => isWithin(cluster, scope, engine.id, event)),
                  },
                ];
              } catch (error) {
                failures.push(error);
                return [];
              }
            }),
          );
          if (opened.flat().length === 0)
            throw failures[0] ?? new SatsumaError('no_such_engine', 'there is no engine whose events could be told');
          return mergeEvents(opened.flat(), signal);
        },
      });
    },
  });
}

/**
 * Whoever is narrowed to projects is told of their containers, and when those join and leave networks. The labels in an event are those of its
 * container, which may be gone.
 */
function isWithin(cluster: Cluster, scope: Scope, engineId: string, event: unknown): boolean {
  if (!scope.projects) return true;
  const { Type, Actor } = Object(event) as { readonly Type?: unknown; readonly Actor?: unknown };
  const { ID, Attributes } = Object(Actor) as { readonly ID?: unknown; readonly Attributes?: unknown };
  const isKnown = (id: unknown) => {
    const known = cluster.cache.containers.get(engineId, String(id));
    return known !== undefined && isContainerWithin(cluster, scope, known);
  };
  if (Type === 'container') return isOfProject(scope, Attributes) || isKnown(ID);
  return Type === 'network' && isKnown(Object(Attributes).container);
}
