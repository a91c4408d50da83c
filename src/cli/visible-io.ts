import { visibleLines } from '../model/visible-text.ts';
import type { Io } from './io.ts';

/** Writes text so that a terminal shows it and obeys nothing of it; `control` and `pipe` are for what is to pass. */
export function visibleIo(io: Io): Io {
  return {
    ...io,
    stdout: (text) => io.stdout(visibleLines(text)),
    stderr: (text) => io.stderr(visibleLines(text)),
  };
}
