import { type ClusterEvent, writeEventId } from '../../../model/cluster-event.ts';
import type { EventLogItem } from '../../../state/events/event-log.ts';

/** A server-sent event, or a comment, as text; `told`: what of it. A comment carries the place, too, so that a client can go on from there. */
export function frameOf(news: EventLogItem, told: (event: ClusterEvent) => unknown): string {
  switch (news.type) {
    case 'event':
      return frame(news.event.kind, news.event.action, told(news.event), writeEventId(news.id));
    case 'reset':
      return `id: ${writeEventId(news.id)}\nevent: reset\ndata: ${JSON.stringify({ reason: news.reason })}\n\n`;
    case 'cut':
      return farewellFrame(news.reason);
    case 'idle':
      return `: still here\nid: ${writeEventId(news.id)}\n\n`;
  }
}

/** The last one: nothing comes behind it. */
export function farewellFrame(reason: string): string {
  return `event: cut\ndata: ${JSON.stringify({ reason })}\n\n`;
}

function frame(kind: string, action: string, data: unknown, id: string): string {
  return `id: ${id}\nevent: ${kind}.${action}\ndata: ${JSON.stringify(data)}\n\n`;
}
