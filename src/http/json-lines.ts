import type { Request, ResponseObject, ResponseToolkit } from '@hapi/hapi';
import { isSatsumaError, type SatsumaError } from '../model/errors.ts';
import { serializeError } from './envelope.ts';
import { visibleError } from './hide-others.ts';
import { answerStream, type CutOff } from './stream-answer.ts';

/**
 * Streams values as JSON lines. Errors before the first value are answered as usual; later ones are the last line:
 * `{"error":{"code":...,"message":...}}`.
 */
export function answerJsonLines(
  request: Pick<Request, 'raw' | 'info' | 'app'>,
  h: Pick<ResponseToolkit, 'response'>,
  stopping: AbortSignal,
  open: (signal: AbortSignal) => AsyncIterable<unknown>,
): Promise<ResponseObject> {
  return answerStream(request, h, stopping, {
    type: 'application/x-ndjson; charset=utf-8',
    open: async (signal) => {
      const values = open(signal)[Symbol.asyncIterator]();
      const first = await values.next();
      const begins = endUnread(values, signal);
      return lines(values, first, { stopping, show: visibleError(request), begins });
    },
    farewell: cutOffLine,
  });
}

/** The last line of a stream that the server ends early. */
export function cutOffLine(message: string, code: CutOff): string {
  return `${JSON.stringify({ error: { code, message } })}\n`;
}

/**
 * hapi does not read the stream of a client that has gone by then. So the signal ends values that nobody reads; returns what is called when
 * somebody does.
 */
function endUnread(values: AsyncIterator<unknown>, signal: AbortSignal): () => void {
  // What it does at its end is nobody's any more.
  const end = () => void values.return?.().catch(() => undefined);
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  return () => signal.removeEventListener('abort', end);
}

interface Lines {
  readonly stopping: AbortSignal;
  readonly show: (error: SatsumaError) => SatsumaError;
  readonly begins: () => void;
}

async function* lines(
  values: AsyncIterator<unknown>,
  first: IteratorResult<unknown>,
  { stopping, show, begins }: Lines,
): AsyncGenerator<Buffer> {
  begins();
  try {
    for (let next = first; !next.done; next = await values.next()) yield Buffer.from(`${JSON.stringify(next.value)}\n`);
  } catch (error) {
    if (!isSatsumaError(error) || stopping.aborted) throw error;
    yield Buffer.from(`${JSON.stringify({ error: serializeError(show(error)) })}\n`);
  } finally {
    await values.return?.();
  }
}
