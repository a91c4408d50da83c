import type { EngineRecord } from '../model/engine.ts';
import { type ErrorCode, isSatsumaError } from '../model/errors.ts';
import type { Cluster } from '../state/cluster.ts';
import { type EngineFailure, failureOf } from '../state/containers/ask-engines.ts';
import { withEngineTimeout } from '../state/with-engine-timeout.ts';
import { askEach, chooseEngines, type EngineChoice } from './each-engine.ts';

interface PruneRequest<T> extends EngineChoice {
  /** Removes nothing. */
  readonly isDryRun: boolean;
  readonly survey: (engine: EngineRecord) => Promise<Survey<T>>;
  /** Removes without force, so that the engine can still refuse. */
  readonly remove: (engine: EngineRecord, found: T) => Promise<void>;
  /** Error codes for candidates that were removed, or came into use, meanwhile. */
  readonly goneCode: ErrorCode;
  readonly inUseCode: ErrorCode;
}

/** The removal candidates of an engine. */
interface Survey<T> {
  readonly candidates: readonly T[];
  /** The reason to keep a candidate. Undefined: it can be removed. */
  readonly reasonToKeep: (found: T) => Promise<string | undefined> | string | undefined;
}

export interface Pruned<T> {
  readonly removed: readonly Found<T>[];
  readonly kept: readonly (Found<T> & { readonly reason: string })[];
  readonly errors: readonly EngineFailure[];
}

interface Found<T> {
  readonly engineId: string;
  readonly found: T;
}

/**
 * Removes unused, unreferenced objects. A failure of one engine does not affect the others. Throws `no_such_engine`,
 * `store_unavailable`.
 */
export async function pruneOnEngines<T>(cluster: Cluster, request: PruneRequest<T>): Promise<Pruned<T>> {
  const engines = await chooseEngines(cluster, request);
  const { answers, errors } = await askEach(cluster, engines, (engine) => prune(cluster, engine, request));
  return {
    removed: answers.flatMap(({ value }) => value.removed),
    kept: answers.flatMap(({ value }) => value.kept),
    errors: [...errors, ...answers.flatMap(({ value }) => value.errors)],
  };
}

async function prune<T>(cluster: Cluster, engine: EngineRecord, request: PruneRequest<T>): Promise<Pruned<T>> {
  const { candidates, reasonToKeep } = await withEngineTimeout(request.survey(engine), engine.id);
  const removed: Found<T>[] = [];
  const kept: (Found<T> & { readonly reason: string })[] = [];
  for (const found of candidates) {
    const place = { engineId: engine.id, found };
    try {
      const reason = (await reasonToKeep(found)) ?? (await removeNow(engine, found, request));
      if (reason === undefined) removed.push(place);
      else kept.push({ ...place, reason });
    } catch (error) {
      // Reports what was removed before the error.
      if (!isSatsumaError(error)) throw error;
      return { removed, kept, errors: [failureOf(cluster, engine.id, error)] };
    }
  }
  return { removed, kept, errors: [] };
}

async function removeNow<T>(engine: EngineRecord, found: T, request: PruneRequest<T>): Promise<string | undefined> {
  if (request.isDryRun) return undefined;
  try {
    await request.remove(engine, found);
    return undefined;
  } catch (error) {
    if (isSatsumaError(error, request.goneCode)) return undefined;
    if (isSatsumaError(error, request.inUseCode)) return error.message;
    throw error;
  }
}
