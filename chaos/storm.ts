import type { Board } from './board.ts';
import { deeds, type Victims } from './faults.ts';
import { pause } from './pause.ts';
import { type Fault, type Target, targetOf } from './schedule.ts';

export interface Storm {
  readonly victims: Victims;
  readonly board: Board;
  /** Is told of each fault as it begins and when it is healed. */
  readonly tell: (fault: Fault, what: 'begins' | 'is healed') => void;
}

/** Plays the schedule; returns when everything is healed. When the signal aborts, nothing new begins. */
export async function playStorm(schedule: readonly Fault[], storm: Storm, signal: AbortSignal): Promise<void> {
  const beganAt = performance.now();
  const busy = new Map<Target, Promise<void>>();
  const until = (ms: number) => pause(beganAt + ms - performance.now(), signal);
  for (const fault of schedule) {
    await until(fault.fromMs);
    if (signal.aborted) break;
    const target = targetOf(fault);
    // A victim that took long to get well is left alone until it is.
    const before = busy.get(target);
    const playing = (async () => {
      await before;
      await play(fault, storm, () => until(fault.toMs));
    })();
    // It is waited for below; until then a failure is nobody's.
    playing.catch(() => undefined);
    busy.set(target, playing);
  }
  await Promise.all(busy.values());
}

async function play(fault: Fault, { victims, board, tell }: Storm, isOver: () => Promise<void>): Promise<void> {
  const target = targetOf(fault);
  const { begin, heal } = deeds[fault.kind];
  board.begins(target);
  tell(fault, 'begins');
  await begin(victims, fault.n);
  await isOver();
  await heal(victims, fault.n);
  board.isHealed(target);
  tell(fault, 'is healed');
}
