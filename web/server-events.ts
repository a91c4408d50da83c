import { send } from './api.ts';

export interface ServerEvent {
  /** Of it, equal on every server; '' of what is no event of the cluster. */
  readonly id: string;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: each event has data of its own.
  readonly data: any;
}

/** What it is about, like `container`. */
export function kindOf({ event }: ServerEvent): string {
  return event.slice(0, event.indexOf('.'));
}

/** A server says something at least every 15 seconds: what is silent for longer is gone. */
const silentMs = 40_000;

/**
 * Events as they come. `EventSource` cannot say who asks. Ends when the server ends the stream; throws as `send`, and where the
 * connection is lost.
 */
export async function* serverEvents(
  path: string,
  place: { last?: string },
  signal: AbortSignal,
): AsyncGenerator<ServerEvent | 'open'> {
  const silence = new AbortController();
  const headers = place.last === undefined ? {} : { 'last-event-id': place.last };
  const until = AbortSignal.any([signal, silence.signal]);
  const response = await send('GET', path, { headers, signal: until });
  yield 'open';
  let timer = setTimeout(() => silence.abort(), silentMs);
  let rest = '';
  try {
    for await (const text of textOf(response)) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), silentMs);
      const frames = (rest + text).split('\n\n');
      rest = frames.pop() ?? '';
      for (const frame of frames) {
        const fields = new Map(frame.split('\n').map((line) => splitAt(line, line.indexOf(': '))));
        const id = fields.get('id');
        if (id !== undefined) place.last = id;
        const event = fields.get('event');
        if (event !== undefined) yield { id: id ?? '', event, data: JSON.parse(fields.get('data') ?? 'null') };
      }
    }
  } finally {
    clearTimeout(timer);
  }
}

/** The text of a stream, in pieces that end with a whole character. */
export async function* textOf({ body }: Response): AsyncGenerator<string> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) return;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function splitAt(line: string, at: number): readonly [string, string] {
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 2)];
}
