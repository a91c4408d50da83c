import type { ImageOutcome, LoadOutcome } from '../api/engine-image.ts';
import { streamedError } from './api-client.ts';
import { exitCodeOf, IncompleteOperation } from './exit-codes.ts';

type Outcome = ImageOutcome | LoadOutcome;

/** The exit code is that of the failures if they are all alike, otherwise 1. Throws NotDone. */
export function refuseFailed(engines: Readonly<Record<string, Outcome>>, sentence: string): void {
  const failed = Object.entries(engines).flatMap(([engine, outcome]) => (outcome.ok ? [] : [{ engine, ...outcome }]));
  if (failed.length === 0) return;
  const [code = 1, ...others] = new Set(failed.map((each) => exitCodeOf(streamedError(each))));
  throw new IncompleteOperation(
    others.length === 0 ? code : 1,
    `${sentence} ${failed.map(({ engine }) => engine).join(', ')}`,
  );
}
