import { fieldsOf, integerOf } from './shape.ts';

/** Docker's, where neither the container nor the caller says how long it may take. */
const defaultSeconds = 10;
/** Whoever may take for ever, or longer than this, is asked again then. */
const mostSeconds = 3_600;

/** How long a container may take to end before Docker kills it, by its inspection. */
export function stopSecondsIn(inspection: unknown): number {
  const { Config } = fieldsOf(inspection, 'the answer');
  const { StopTimeout } = fieldsOf(Config ?? {}, 'Config');
  const seconds = integerOf(StopTimeout ?? defaultSeconds, 'StopTimeout', { least: -1 });
  return seconds === -1 ? mostSeconds : Math.min(seconds, mostSeconds);
}
