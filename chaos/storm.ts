import type { Board } from './board.ts';
import { deeds, type Victims } from './faults.ts';
import { pause } from './pause.ts';
import { type Fault, type Target, targetOf } from './schedule.ts';

export interface Storm {
  readonly victims: Victims;
  readonly board: Board;
  /** Called when a fault begins and when it is healed. */
  readonly report: (fault: Fault, what: 'begins' | 'is healed') => void;
}

/** Plays the schedule; returns when everything is healed. When the signal aborts, no new fault begins. */
export async function playStorm(schedule: readonly Fault[], storm: Storm, signal: AbortSignal): Promise<void> {
  const beganAt = performance.now();
  const busy = new Map<Target, Promise<void>>();
  const until = (ms: number) => pause(beganAt + ms - performance.now(), signal);
  for (const fault of schedule) {
    await until(fault.fromMs);
    if (signal.aborted) break;
    const target = targetOf(fault);
    // A victim that is still recovering gets no new fault.
    const before = busy.get(target);
    const playing = (async () => {
      await before;
      await play(fault, storm, () => until(fault.toMs));
    })();
    // Awaited below; avoids an unhandled rejection until then.
    playing.catch(() => undefined);
    busy.set(target, playing);
  }
  await Promise.all(busy.values());
}

async function play(fault: Fault, { victims, board, report }: Storm, isOver: () => Promise<void>): Promise<void> {
  const target = targetOf(fault);
  const { begin, heal } = deeds[fault.kind];
  board.begins(target);
  report(fault, 'begins');
  await begin(victims, fault.n);
  await isOver();
  await heal(victims, fault.n);
  board.isHealed(target);
  report(fault, 'is healed');
}
