import type { EngineRecord } from '../../model/engine.ts';

export interface LossRule {
  /** How long an engine has been down. */
  readonly downForMs: (engine: EngineRecord) => number;
  /** How long it may be. */
  readonly graceMs: number;
  /** So many engines are down that the fault is taken to be this side's: nothing is given up. */
  readonly isHeld: boolean;
}

/**
 * Whether so many engines are down that it is more likely this server's own network that is at fault: then nothing is
 * given up until they are back, or until a person says that an engine is lost.
 */
export function isMajorityDown(engines: readonly EngineRecord[]): boolean {
  const used = engines.filter(({ intent, condition }) => intent !== 'lost' && condition !== 'pending');
  const down = used.filter(({ condition }) => condition === 'down');
  return down.length * 2 > used.length;
}

/** Whether an engine that is down is given up: after a time, and at once where somebody says so. */
export function isLost(engine: EngineRecord, { downForMs, graceMs, isHeld }: LossRule): boolean {
  if (engine.condition !== 'down') return false;
  return engine.intent === 'lost' || (!isHeld && downForMs(engine) >= graceMs);
}
