import { ApiError } from './api-client.ts';
import type { Io } from './io.ts';
import type { OutputFlags } from './output.ts';
import { Progress, type Snapshot } from './progress.ts';

interface Followed<Line, End extends Line> {
  readonly isEnd: (line: Line) => line is End;
  /** The snapshot to show after this line. */
  readonly snapshotAfter: (step: Exclude<Line, End>) => Snapshot;
  /** For example `the pull`. */
  readonly what: string;
}

/** Shows the progress lines of an answer, and returns the last one. Throws ApiError if that is missing. */
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
  throw new ApiError(502, `the answer ended early: the result of ${what} is unknown`, undefined);
}
