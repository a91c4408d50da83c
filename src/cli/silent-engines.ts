import { NotDone } from './exit-codes.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';

/** An engine that could not be asked, as it stands beside an answer. */
export interface Silent {
  readonly engine: string;
  readonly message: string;
}

/** Says of each what was wrong. Throws `NotDone` where nothing is whole without them. */
export function reportSilence(io: Io, errors: readonly Silent[] = [], isNeeded = false): void {
  for (const { engine, message } of errors) io.stderr(line`no answer from ${engine}: ${message}`);
  if (isNeeded && errors.length > 0)
    throw new NotDone(1, `not done on ${errors.map(({ engine }) => engine).join(', ')}`);
}
