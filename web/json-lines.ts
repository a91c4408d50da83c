import { send } from './api.ts';
import { textOf } from './server-events.ts';

/** The lines of the answer to a POST as they come. Throws as `send` and `jsonLinesOf`. */
export async function* jsonLines<Line>(path: string, body: unknown, signal?: AbortSignal): AsyncGenerator<Line> {
  yield* jsonLinesOf<Line>(await send('POST', path, { body, signal }));
}

/** The lines of an answer as they come. Throws where the stream says why it ended before its end. */
export async function* jsonLinesOf<Line>(response: Response): AsyncGenerator<Line> {
  let rest = '';
  for await (const text of textOf(response)) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield parsed(line);
  }
  if (rest !== '') yield parsed(rest);
}

function parsed<Line>(line: string): Line {
  const value = JSON.parse(line);
  if (value.error?.message !== undefined) throw new Error(value.error.message);
  return value;
}
