import type { Clock } from '../../src/cluster/clock.ts';

/** A clock that a test turns. It runs on by itself. */
export class TurnedClock implements Clock {
  #turnedMs = 0;

  now(): number {
    return Math.round(performance.timeOrigin + performance.now() + this.#turnedMs);
  }

  steadyMs(): number {
    return this.now();
  }

  aheadMs(): number {
    return 0;
  }

  turn(ms: number): void {
    this.#turnedMs += ms;
  }
}

/** The same moments for who reads another time on the wall. */
export function skewed(clock: Clock, recordedHours: number, wallHours = recordedHours): Clock {
  return {
    now: () => clock.now() + recordedHours * 3_600_000,
    steadyMs: () => clock.steadyMs(),
    aheadMs: () => wallHours * 3_600_000,
  };
}
