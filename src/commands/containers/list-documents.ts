import type { DocumentKind } from '../../engines/engine-client.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import type { Cluster } from '../../state/cluster.ts';
import { withEngineTimeout } from '../../state/with-engine-timeout.ts';

/** Maximum number of concurrent requests, because the documents are large. */
const atOnce = 64;

/** The answer of one engine, or its error. */
export type EngineDocuments =
  | { readonly engine: EngineRecord; readonly documents: readonly unknown[] }
  | { readonly engine: EngineRecord; readonly error: SatsumaError };

/** Docker's own list of one engine. Throws the engine's error. */
export async function listDocuments(
  { pool }: Cluster,
  kind: DocumentKind,
  engine: EngineRecord,
): Promise<readonly unknown[]> {
  return await pool.client(engine).listDocuments(kind);
}

/** The lists of all engines, by id. Engines known as down are not asked, and hanging ones time out. */
export async function listDocumentsOfAll(cluster: Cluster, kind: DocumentKind): Promise<EngineDocuments[]> {
  await cluster.cache.catchUp();
  const semaphore = new Semaphore(atOnce);
  return await Promise.all(cluster.cache.engines().map((engine) => semaphore.run(() => ask(cluster, kind, engine))));
}

async function ask(cluster: Cluster, kind: DocumentKind, engine: EngineRecord): Promise<EngineDocuments> {
  const { id, condition, error: why = '' } = engine;
  if (condition === 'down') return { engine, error: new SatsumaError('engine_unreachable', why) };
  try {
    return { engine, documents: await withEngineTimeout(listDocuments(cluster, kind, engine), id) };
  } catch (error) {
    if (!isSatsumaError(error)) throw error;
    return { engine, error };
  }
}
