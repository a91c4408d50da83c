import { ApiError } from './api-client.ts';
import type { Io } from './io.ts';
import type { OutputFlags } from './output.ts';
import { Progress, type Snapshot } from './progress.ts';

interface Followed<Line, End extends Line> {
  readonly isEnd: (line: Line) => line is End;
  /** What is shown once this line has come. */
  readonly snapshotAfter: (step: Exclude<Line, End>) => Snapshot;
  /** Like `the pull`. */
  readonly what: string;
}

/** Shows the lines of an answer as they come, and gives the last one. Throws ApiError where that is missing. */
export async function followProgress<Line, End extends Line>(
  io: Io,
  lines: AsyncIterable<Line>,
  { isEnd, snapshotAfter, what }: Followed<Line, End>,
  flags: OutputFlags,
): Promise<End> {
  const progress = new Progress(io, flags);
  for await (const each of lines) {
    if (isEnd(each)) return each;
    progress.show(snapshotAfter(each as Exclude<Line, End>));
  }
  throw new ApiError(502, `the answer broke off: what became of ${what} is not known`, undefined);
}
