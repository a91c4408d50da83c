import type { EngineRecord } from '../../model/engine.ts';
import type { Reservation } from '../../model/reservation.ts';
import type { Cluster } from '../../state/cluster.ts';

/** How long an engine may be down before single containers and tasks are tried elsewhere; a service says so itself. */
export const defaultGraceMs = 30_000;

export interface EngineFailurePolicy {
  /** How long an engine has been down. */
  readonly downForMs: (engine: EngineRecord) => number;
  /** How long it may be. */
  readonly graceMs: number;
}

/**
 * Whether an engine that is down is given up: at once where somebody says so, and after a time where its loss is confirmed.
 * Otherwise it is likelier that the server itself is cut off.
 */
export function isLost(engine: EngineRecord, { downForMs, graceMs }: EngineFailurePolicy): boolean {
  if (engine.condition !== 'down') return false;
  return engine.intent === 'lost' || (engine.isLossConfirmed === true && downForMs(engine) >= graceMs);
}

/** Whether what stands on record is lost with its engine: by the rule by which a successor is started. */
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
 * `lost` counts until its own loss is confirmed, so that this intent decides nothing about the other engines.
 */
export function answersToConfirm(engines: readonly EngineRecord[]): number {
  const used = engines.filter((engine) => {
    if (engine.condition === 'pending') return false;
    return engine.intent !== 'lost' || isUnconfirmed(engine);
  });
  return Math.ceil(used.length / 2);
}
