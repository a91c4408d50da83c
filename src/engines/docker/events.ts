import type { EngineEvent, SkippedEvent } from '../engine-client.ts';
import { linesOf, tooLong } from './lines.ts';
import { cleanLine, containerIdOf, fieldsOf, integerOf, lineOf } from './shape.ts';

/** What the watcher is told of; execs, which come by the second, are not asked for. */
export const eventFilters = {
  type: ['container', 'image', 'volume'],
  event: [
    // Of a volume: one of a container is not asked for before it starts.
    'create',
    'start',
    'die',
    'destroy',
    'rename',
    'update',
    'pause',
    'unpause',
    // When it changes; each check is an exec, which is not asked for.
    'health_status',
    'pull',
    'tag',
    'untag',
    'delete',
    'import',
    'load',
  ],
} as const;

/**
 * Events as they come. A line that is none is passed over: the next resync sees what it meant. Docker puts all labels of a
 * container into each of its events, so that one may be too long to be read.
 */
export async function* readEvents(stream: AsyncIterable<Buffer>): AsyncGenerator<EngineEvent | SkippedEvent> {
  for await (const line of linesOf(stream)) {
    const event = line === tooLong ? { kind: 'skipped' as const } : parse(line);
    if (event) yield event;
  }
}

function parse(line: string): EngineEvent | undefined {
  try {
    const { Type, Action, timeNano, Actor } = fieldsOf(JSON.parse(line), 'an event');
    if (Type !== 'container' && Type !== 'image' && Type !== 'volume') return undefined;
    if (Type !== 'volume' && Action === 'create') return undefined;
    const { ID, Attributes } = fieldsOf(Actor, 'Actor');
    // An image's may be its name; a volume's is.
    const id = Type === 'container' ? containerIdOf(ID, 'ID') : lineOf(ID, 'ID');
    const attributes = fieldsOf(Attributes ?? {}, 'Attributes');
    const reservationId = attributes['satsuma.reservation'];
    const event: EngineEvent = {
      kind: Type,
      action: lineOf(Action, 'Action'),
      id,
      at: toSince(integerOf(timeNano, 'timeNano')),
      ...(Type === 'container' && describe(attributes)),
    };
    return typeof reservationId === 'string' ? { ...event, reservationId } : event;
  } catch {
    return undefined;
  }
}

function describe({ name, image, exitCode }: Record<string, unknown>): Partial<EngineEvent> {
  const code = typeof exitCode === 'string' && /^\d{1,3}$/.test(exitCode) ? Number(exitCode) : undefined;
  return {
    ...(typeof name === 'string' && { name: cleanLine(name) }),
    ...(typeof image === 'string' && { image: cleanLine(image) }),
    ...(code !== undefined && { exitCode: code }),
  };
}

/** Nanoseconds are more than a number holds exactly; a microsecond too early only repeats an event. */
function toSince(timeNano: number): string {
  return `${Math.floor(timeNano / 1e9)}.${String(Math.floor((timeNano % 1e9) / 1000)).padStart(6, '0')}`;
}
