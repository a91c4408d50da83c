import type { FaultRegistry } from './fault-registry.ts';
import { actions, type Victims } from './faults.ts';
import { pause } from './pause.ts';
import { type Fault, type Target, targetOf } from './schedule.ts';

export interface FaultRun {
  readonly victims: Victims;
  readonly registry: FaultRegistry;
  /** Called when a fault begins and when it is healed. */
  readonly report: (fault: Fault, what: 'begins' | 'is healed') => void;
}

/** Plays the schedule; returns when everything is healed. When the signal aborts, no new fault begins. */
export async function runFaults(schedule: readonly Fault[], faultRun: FaultRun, signal: AbortSignal): Promise<void> {
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
      await play(fault, faultRun, () => until(fault.toMs));
    })();
    // Awaited below; avoids an unhandled rejection until then.
    playing.catch(() => undefined);
    busy.set(target, playing);
  }
  await Promise.all(busy.values());
}

async function play(fault: Fault, { victims, registry, report }: FaultRun, isOver: () => Promise<void>): Promise<void> {
  const target = targetOf(fault);
  const { begin, heal } = actions[fault.kind];
  registry.begins(target);
  report(fault, 'begins');
  await begin(victims, fault.n);
  await isOver();
  await heal(victims, fault.n);
  registry.isHealed(target);
  report(fault, 'is healed');
}
