import type { Request, ResponseObject, ResponseToolkit } from '@hapi/hapi';
import { isSatsumaError } from '../../model/errors.ts';
import { visibleError } from '../hide-others.ts';
import { answerStream } from '../stream-answer.ts';

/** What its client understands of a line: another key ends it. */
export type StreamLine =
  | { readonly job: string }
  | { readonly log: string }
  | { readonly error: string }
  /** It is to upload something of the service: `git` is its code. */
  | { readonly 'data-request': string; readonly tag: 'git' };

type Asking = Pick<Request, 'app' | 'raw' | 'info'>;

/** Always 200: what goes wrong is the last line. */
export function answerLines(
  request: Asking,
  h: Pick<ResponseToolkit, 'response'>,
  stopping: AbortSignal,
  open: (signal: AbortSignal) => AsyncIterable<StreamLine>,
): Promise<ResponseObject> {
  return answerStream(request, h, stopping, {
    type: 'text/json',
    open: async (signal) => bytes(open(signal), request),
    farewell: (error) => lineOf({ error }),
  });
}

async function* bytes(lines: AsyncIterable<StreamLine>, request: Asking): AsyncGenerator<Buffer> {
  try {
    for await (const each of lines) yield Buffer.from(lineOf(each));
  } catch (error) {
    if (!isSatsumaError(error)) throw error;
    yield Buffer.from(lineOf({ error: wordsOf(visibleError(request)(error)) }));
  }
}

/** The original's own words for a deployment that is not there. */
function wordsOf({ code, message }: { readonly code: string; readonly message: string }): string {
  return code === 'no_such_deployment' ? 'no such deployment, create first' : message;
}

function lineOf(line: StreamLine): string {
  return `${JSON.stringify(line)}\n`;
}
