import { linesOf } from './docker-lines.ts';
import type { EngineEvent } from './engine-client.ts';

/** One line of Docker's events, as far as it is ours to trust. */
interface DockerEvent {
  readonly Type?: unknown;
  readonly Action?: unknown;
  readonly timeNano?: unknown;
  readonly Actor?: { readonly ID?: unknown; readonly Attributes?: Readonly<Record<string, unknown>> };
}

/** What the watcher is told of; health checks and execs, which come by the second, are not asked for. */
export const eventFilters = {
  type: ['container', 'image'],
  event: [
    'start',
    'die',
    'destroy',
    'rename',
    'update',
    'pause',
    'unpause',
    'pull',
    'tag',
    'untag',
    'delete',
    'import',
    'load',
  ],
} as const;

/** Events as they come. A line that is none is passed over: the next resync sees what it meant. */
export async function* readEvents(stream: AsyncIterable<Buffer>): AsyncGenerator<EngineEvent> {
  for await (const line of linesOf(stream)) {
    const event = parse(line);
    if (event) yield event;
  }
}

function parse(line: string): EngineEvent | undefined {
  const { Type, Action, timeNano, Actor } = parseJson(line);
  if (Type !== 'container' && Type !== 'image') return undefined;
  const id = Actor?.ID;
  if (typeof Action !== 'string' || typeof id !== 'string' || typeof timeNano !== 'number') return undefined;
  const reservationId = Actor?.Attributes?.['satsuma.reservation'];
  // Nanoseconds are more than a number holds exactly; a microsecond too early only repeats an event.
  const at = `${Math.floor(timeNano / 1e9)}.${String(Math.floor((timeNano % 1e9) / 1000)).padStart(6, '0')}`;
  return { kind: Type, action: Action, id, at, ...(typeof reservationId === 'string' ? { reservationId } : {}) };
}

function parseJson(line: string): DockerEvent {
  try {
    return Object(JSON.parse(line)) as DockerEvent;
  } catch {
    return {};
  }
}
