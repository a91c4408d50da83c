import { send } from './api.ts';
import { textOf } from './server-events.ts';

/** The lines of an answer as they come. Throws as `send`, and where the stream says why it ended before its end. */
export async function* jsonLines<Line>(path: string, body: unknown, signal?: AbortSignal): AsyncGenerator<Line> {
  let rest = '';
  for await (const text of textOf(await send('POST', path, { body, signal }))) {
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
