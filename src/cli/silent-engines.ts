import { IncompleteOperation } from './exit-codes.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';

/** An engine that did not answer, as listed beside an answer. */
export interface Silent {
  readonly engine: string;
  readonly message: string;
}

/** Prints each failure. Throws `NotDone` if the answer is useless without these engines. */
export function reportSilence(io: Io, errors: readonly Silent[] = [], isNeeded = false): void {
  for (const { engine, message } of errors) io.stderr(line`no answer from ${engine}: ${message}`);
  if (isNeeded && errors.length > 0)
    throw new IncompleteOperation(1, `not done on ${errors.map(({ engine }) => engine).join(', ')}`);
}
