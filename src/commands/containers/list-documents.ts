import type { DocumentKind } from '../../engines/engine-client.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import type { Cluster } from '../../state/cluster.ts';
import { withEngineTimeout } from '../../state/with-engine-timeout.ts';

/** Whole documents are large: the answers of so many engines may be on their way at once. */
const atOnce = 64;

/** What one engine says, or why it says nothing. */
export type EngineDocuments =
  | { readonly engine: EngineRecord; readonly documents: readonly unknown[] }
  | { readonly engine: EngineRecord; readonly error: SatsumaError };

/** Docker's own list as one engine gives it. Throws what the engine failed with. */
export async function listDocuments(
  { pool }: Cluster,
  kind: DocumentKind,
  engine: EngineRecord,
): Promise<readonly unknown[]> {
  return await pool.client(engine).listDocuments(kind);
}

/** Every engine's, by id. One that is known to be down is not asked, one that hangs not waited for. */
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
