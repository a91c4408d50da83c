import { EventEmitter, once } from 'node:events';
import { SatsumaError } from '../../model/errors.ts';
import { pause } from '../../runtime/pause.ts';

/** What one engine tells: an event on each line. */
export interface EventStream {
  readonly engineId: string;
  readonly bytes: AsyncIterable<Buffer>;
  /** Of an event in Docker's form; left out: all are told. */
  readonly isSeen?: ((event: unknown) => boolean) | undefined;
}

/** Events of the same moment come by as many connections as there are engines: each waits so long for those before it. */
const holdMs = 50;
/** A reader that takes no more holds up the engines. */
const maxWaiting = 1_000;
const maxLineBytes = 1024 * 1024;

interface Waiting {
  readonly at: bigint;
  readonly line: string;
}

/**
 * The events of all engines as one stream, in their order, each with the engine as its attribute `node.name`. A stream that breaks off
 * ends alone; the whole ends when all have ended, or the signal aborts.
 */
export async function* mergeEvents(streams: readonly EventStream[], signal: AbortSignal): AsyncGenerator<Buffer> {
  let waiting: Waiting[] = [];
  let open = streams.length;
  const changes = new EventEmitter().setMaxListeners(0);
  const follow = async ({ engineId, bytes, isSeen }: EventStream) => {
    for await (const line of linesOf(bytes)) {
      if (isSeen && !isSeen(parsed(line))) continue;
      waiting.push({ at: timeOf(line), line: withEngine(line, engineId) });
      changes.emit('more');
      if (waiting.length >= maxWaiting) await once(changes, 'taken', { signal });
    }
  };
  for (const stream of streams) {
    void follow(stream)
      .catch(() => undefined)
      .finally(() => {
        open -= 1;
        changes.emit('more');
      });
  }
  while (!signal.aborted) {
    if (waiting.length === 0) {
      if (open === 0) return;
      await once(changes, 'more', { signal }).catch(() => undefined);
      continue;
    }
    await pause(holdMs, signal);
    const taken = waiting.sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
    waiting = [];
    changes.emit('taken');
    yield Buffer.from(taken.map(({ line }) => `${line}\n`).join(''));
  }
}

async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maxLineBytes) throw new SatsumaError('engine_refused', 'an event of more than 1 MiB');
    yield* lines.map((line) => line.trim()).filter((line) => line.startsWith('{'));
  }
}

/** Undefined where it is nonsense. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Nanoseconds since 1970, which are no number of JavaScript's. A quote within a text is escaped, so that these are keys. */
function timeOf(line: string): bigint {
  const [, digits = '0'] = /"timeNano":(\d{1,20})\}?/.exec(line) ?? [];
  return BigInt(digits);
}

/** The line stays as it is otherwise: whoever parsed it would round its time. */
function withEngine(line: string, engineId: string): string {
  const attribute = `"node.name":${JSON.stringify(engineId)}`;
  return line.replace(
    /"Attributes":\{(\s*\})?/,
    (_, end) => `"Attributes":{${attribute}${end === undefined ? ',' : '}'}`,
  );
}
