import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import {
  type ClusterEvent,
  type EventId,
  eventKinds,
  readEventId,
  writeEventId,
} from '../../../model/cluster-event.ts';
import type { Scope } from '../../../model/scope.ts';
import { type EventFilter, matchesFilter } from '../../../model/webhook.ts';
import type { Cluster } from '../../../state/cluster.ts';
import type { EventLog, EventLogItem } from '../../../state/events/event-log.ts';
import { isEventWithin } from '../../../state/scopes.ts';
import { readableBy, requireKind } from '../../event-access.ts';
import { hideOthers } from '../../hide-others.ts';
import { timeSchema, timeSchemas } from '../../point-in-time.ts';
import { needs } from '../../route-rules.ts';
import { answerStream } from '../../stream-answer.ts';
import { untilStop } from '../../until-stop.ts';
import { strictValidation } from '../../validation.ts';

/** Fields of the filter may be repeated; one of the values must match. */
interface Query extends EventFilter {
  /** Milliseconds since 1970, or an event id. */
  readonly since?: number | EventId;
  readonly until?: number;
}

const text = Joi.string().max(255);
const place = Joi.string().custom((id: string, helpers) => readEventId(id) ?? helpers.error('any.invalid'));
const several = (item: Joi.StringSchema) => Joi.array().items(item).single().max(100);

const querySchema = Joi.object({
  since: Joi.alternatives(...timeSchemas, place).messages({
    'alternatives.match':
      '{{#label}} must be the id of an event, a time like 2026-11-21T06:00:00Z, or seconds since 1970',
  }),
  until: timeSchema,
  kind: several(Joi.string().valid(...eventKinds)),
  action: several(text),
  name: several(text),
  engine: several(text),
  project: several(text),
});

const headers = Joi.object({
  'last-event-id': place.messages({ 'any.invalid': '{{#label}} must be the id of an event' }).label('Last-Event-ID'),
}).unknown();

/** Maximum time without data: then a comment is sent. */
const silentMs = 15_000;

/** All events as server-sent events. `Last-Event-ID` continues after that event, on any server of the cluster. */
export function eventsRoute(server: Server, cluster: Cluster, log: EventLog): void {
  const stopping = untilStop(server);
  server.route<{ Query: Query; Headers: Record<string, unknown> }>({
    method: 'GET',
    path: '/apiv1/events',
    options: {
      description: 'Follow what happens, as server-sent events',
      plugins: needs('read', 'event'),
      validate: { ...strictValidation, headers, query: querySchema },
    },
    handler: async (request, h) => {
      const { since, until, ...filter } = request.query;
      const last = request.headers['last-event-id'] as EventId | undefined;
      const after = last ?? (typeof since === 'object' ? since : undefined);
      const sinceMs = !after && typeof since === 'number' ? since : undefined;
      const { scope } = request.app;
      for (const kind of filter.kind ?? []) requireKind(cluster, request, kind);
      const isReadable = readableBy(cluster, request);
      const isSelected = (event: ClusterEvent) =>
        matchesFilter(filter, event) && isReadable(event) && isEventWithin(cluster, scope, event);
      const response = await answerStream(request, h, stopping, {
        type: 'text/event-stream',
        open: async (signal) =>
          framesOf(log.read({ after, sinceMs, untilMs: until, signal }), isSelected, visibleEvent(scope)),
        farewell: farewellFrame,
      });
      return response.header('cache-control', 'no-cache');
    },
  });
}

/** Removes the names of other projects' containers from engine messages for scoped clients. */
function visibleEvent(scope: Scope | undefined): (event: ClusterEvent) => unknown {
  // The events themselves are filtered before.
  return scope ? (event) => hideOthers(event, { scope, isEngineShown: () => true }) : (event) => event;
}

async function* framesOf(
  all: AsyncIterable<EventLogItem>,
  isSelected: (event: ClusterEvent) => boolean,
  shown: (event: ClusterEvent) => unknown,
): AsyncGenerator<Buffer> {
  let lastSentMs = performance.now();
  for await (const news of all) {
    const isSent = news.type !== 'event' || isSelected(news.event);
    if (!isSent && performance.now() - lastSentMs < silentMs) continue;
    lastSentMs = performance.now();
    yield Buffer.from(frameOf(isSent ? news : { type: 'idle', id: news.id }, shown));
  }
}

/**
 * An event or a comment as text; `shown` filters the event. Comments carry the position, too, so that a client can
 * resume there.
 */
function frameOf(news: EventLogItem, shown: (event: ClusterEvent) => unknown): string {
  switch (news.type) {
    case 'event':
      return frame(news.event.kind, news.event.action, shown(news.event), writeEventId(news.id));
    case 'reset':
      return `id: ${writeEventId(news.id)}\nevent: reset\ndata: ${JSON.stringify({ reason: news.reason })}\n\n`;
    case 'cut':
      return farewellFrame(news.reason);
    case 'idle':
      return `: still here\nid: ${writeEventId(news.id)}\n\n`;
  }
}

/** The last event of the stream. */
function farewellFrame(reason: string): string {
  return `event: cut\ndata: ${JSON.stringify({ reason })}\n\n`;
}

function frame(kind: string, action: string, data: unknown, id: string): string {
  return `id: ${id}\nevent: ${kind}.${action}\ndata: ${JSON.stringify(data)}\n\n`;
}
