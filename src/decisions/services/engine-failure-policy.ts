import type { EngineRecord } from '../../model/engine.ts';
import type { Reservation } from '../../model/reservation.ts';
import type { Cluster } from '../../state/cluster.ts';

/**
 * How long an engine may be down before single containers and tasks are run elsewhere. Services have their own value.
 */
export const defaultGraceMs = 30_000;

export interface EngineFailurePolicy {
  /** How long an engine has been down. */
  readonly downForMs: (engine: EngineRecord) => number;
  /** How long an engine may be down. */
  readonly graceMs: number;
}

/**
 * Whether an engine that is down counts as lost: at once if its intent is `lost`, or after `graceMs` if its loss is
 * confirmed. Without a confirmation it is more likely that this server itself is cut off.
 */
export function isLost(engine: EngineRecord, { downForMs, graceMs }: EngineFailurePolicy): boolean {
  if (engine.condition !== 'down') return false;
  return engine.intent === 'lost' || (engine.isLossConfirmed === true && downForMs(engine) >= graceMs);
}

/** Whether a reservation is lost with its engine, by the rule that also decides whether a successor is started. */
export function isLostWith({ cache }: Pick<Cluster, 'cache'>, { engineId, replica }: Reservation): boolean {
  if (!cache.hasEngine(engineId)) return true;
  const service = replica && cache.services.get(replica.service)?.value;
  const graceMs = service ? service.spec.grace * 1_000 : defaultGraceMs;
  return isLost(cache.engine(engineId).value, { downForMs: (engine) => cache.ages.downForMs(engine), graceMs });
}

export function isUnconfirmed({ condition, isLossConfirmed }: EngineRecord): boolean {
  return condition === 'down' && !isLossConfirmed;
}

/**
 * How many engines must answer before the loss of others is confirmed: half of those in use. An engine with the intent
 * `lost` counts until its own loss is confirmed, so that this intent decides nothing about other engines.
 */
export function answersToConfirm(engines: readonly EngineRecord[]): number {
  const used = engines.filter((engine) => {
    if (engine.condition === 'pending') return false;
    return engine.intent !== 'lost' || isUnconfirmed(engine);
  });
  return Math.ceil(used.length / 2);
}
