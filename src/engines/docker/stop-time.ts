import { fieldsOf, integerOf } from './shape.ts';

/** Docker's default if neither the container nor the caller sets a timeout. */
const defaultSeconds = 10;
/** The longest single wait; a longer stop is repeated. */
const maxSeconds = 3_600;

/** A container's stop timeout, from its inspect. */
export function stopSecondsIn(inspection: unknown): number {
  const { Config } = fieldsOf(inspection, 'the answer');
  const { StopTimeout } = fieldsOf(Config ?? {}, 'Config');
  const seconds = integerOf(StopTimeout ?? defaultSeconds, 'StopTimeout', { min: -1 });
  return seconds === -1 ? maxSeconds : Math.min(seconds, maxSeconds);
}
