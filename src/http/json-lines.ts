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
      return lines(values, await values.next(), { stopping, show: visibleError(request) });
    },
    farewell: cutOffLine,
  });
}

/** The last line of a stream that the server ends early. */
export function cutOffLine(message: string, code: CutOff): string {
  return `${JSON.stringify({ error: { code, message } })}\n`;
}

async function* lines(
  values: AsyncIterator<unknown>,
  first: IteratorResult<unknown>,
  { stopping, show }: { readonly stopping: AbortSignal; readonly show: (error: SatsumaError) => SatsumaError },
): AsyncGenerator<Buffer> {
  try {
    for (let next = first; !next.done; next = await values.next()) yield Buffer.from(`${JSON.stringify(next.value)}\n`);
  } catch (error) {
    if (!isSatsumaError(error) || stopping.aborted) throw error;
    yield Buffer.from(`${JSON.stringify({ error: serializeError(show(error)) })}\n`);
  } finally {
    await values.return?.();
  }
}
