import type { EngineRecord } from '../../model/engine.ts';

export interface LossRule {
  /** Now, and how long an engine may be down; in milliseconds. */
  readonly now: number;
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

/** An engine that somebody gave up is lost at once. */
export function isLost({ intent, since }: EngineRecord, { now, graceMs, isHeld }: LossRule): boolean {
  return intent === 'lost' || (!isHeld && now >= Date.parse(since) + graceMs);
}
