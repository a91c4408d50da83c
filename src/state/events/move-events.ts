import type { ServiceMove } from '../../model/service-move.ts';
import { visibleText } from '../../model/visible-text.ts';
import type { EventDraft } from './event-source.ts';

/** Limits a message, which may quote an engine. */
const maxCharacters = 500;

/** The part of a move that events use. */
export interface Moved extends Pick<ServiceMove, 'id' | 'from' | 'to' | 'startedAt'> {
  readonly state: 'started' | 'done' | 'failed';
  readonly volumes: number;
  readonly finishedAt: string | undefined;
  /** Set when it is over. */
  readonly message: string;
}

export function movedOf({ id, from, to, phase, volumes, startedAt, finishedAt, message = '' }: ServiceMove): Moved {
  const isOver = phase === 'done' || phase === 'failed';
  const shown = isOver ? visibleText(message.slice(0, maxCharacters)).slice(0, maxCharacters) : '';
  return {
    ...{ id, from, to, startedAt, finishedAt, volumes: volumes.length },
    ...{ state: isOver ? phase : 'started', message: shown },
  };
}

/** A move of a service has two events, whatever its phases: start and end. */
export function eventsOfMove(before: Moved | undefined, after: Moved | undefined, service: string): EventDraft[] {
  if (!after) return [];
  const isNew = before?.id !== after.id;
  const isOver = after.state !== 'started' && (isNew || before.state === 'started');
  return [
    ...(isNew ? [draftOf(service, { ...after, state: 'started', message: '' }, after.startedAt)] : []),
    ...(isOver ? [draftOf(service, after, after.finishedAt)] : []),
  ];
}

function draftOf(service: string, { state, from, to, volumes, message }: Moved, at: string | undefined): EventDraft {
  const attributes = { state, from, to, volumes, ...(message !== '' && { message }) };
  return { kind: 'service', action: 'move', name: service, id: service, at, attributes };
}
