import type { Request, ResponseObject, ResponseToolkit } from '@hapi/hapi';
import { isSatsumaError } from '../../model/errors.ts';
import { answerStream } from '../stream-answer.ts';

/** A line that goes on for longer is sent as it comes. */
const maxHeldBytes = 64 * 1024;
const lineFeed = 0x0a;

/** What Docker tells of a pull, a push, a load or a build: an object on each line. */
export function progressLine(value: object): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\r\n`);
}

/** Docker's line for a failure: the status is 200 by then. */
export function failureLine(message: string): Buffer {
  return progressLine({ errorDetail: { message }, error: message });
}

type Outcome = { readonly ok: true } | { readonly ok: false; readonly message: string };

/** One sentence for all engines that failed; undefined: none did. */
export function failuresOf(engines: Readonly<Record<string, Outcome>>): string | undefined {
  const failed = Object.entries(engines).flatMap(([id, outcome]) => (outcome.ok ? [] : [`${id}: ${outcome.message}`]));
  return failed.length === 0 ? undefined : failed.join('; ');
}

/** Streams progress lines. What breaks off in the middle ends with a line that says why, also when the server stops. */
export function answerProgress(
  request: Pick<Request, 'raw' | 'info'>,
  h: Pick<ResponseToolkit, 'response'>,
  stopping: AbortSignal,
  open: (signal: AbortSignal) => Promise<AsyncIterable<Buffer>>,
): Promise<ResponseObject> {
  return answerStream(request, h, stopping, {
    type: 'application/json',
    open: async (signal) => explained(await open(signal), signal),
    farewell: (sentence) => failureLine(sentence).toString(),
  });
}

async function* explained(bytes: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    yield* wholeLines(bytes);
  } catch (error) {
    if (signal.aborted || !isSatsumaError(error)) throw error;
    yield failureLine(error.message);
  }
}

/** The beginning of a line is held back: if the stream breaks off there, the line that says why would be part of it. */
async function* wholeLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of bytes) {
    const all = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const end = all.lastIndexOf(lineFeed) + 1;
    const isLong = all.length - end > maxHeldBytes;
    const whole = isLong ? all : all.subarray(0, end);
    held = isLong ? Buffer.alloc(0) : all.subarray(end);
    if (whole.length > 0) yield whole;
  }
  if (held.length > 0) yield held;
}
