import type { EngineEvent, SkippedEvent } from '../engine-client.ts';
import { linesOf, tooLong } from './lines.ts';
import { cleanLine, containerIdOf, fieldsOf, integerOf, lineOf } from './shape.ts';

/** The events that the watcher needs; excludes exec events, which are frequent. */
export const eventFilters = {
  type: ['container', 'image', 'volume'],
  event: [
    // For volumes. Containers are added to the cache when they start.
    'create',
    'start',
    'die',
    'destroy',
    'rename',
    'update',
    'pause',
    'unpause',
    // Emitted when the health changes. The checks themselves are exec events, which are excluded.
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
 * Parses events as they arrive. Invalid lines are skipped: the next resync covers them. Docker puts all labels of a
 * container into each event, so an event may exceed the line limit.
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
    // An image's id may be its name; a volume's id is its name.
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

/** Truncates to microseconds, because a number cannot hold nanoseconds exactly; at worst, an event is repeated. */
function toSince(timeNano: number): string {
  return `${Math.floor(timeNano / 1e9)}.${String(Math.floor((timeNano % 1e9) / 1000)).padStart(6, '0')}`;
}
