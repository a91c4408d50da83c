import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { MeshEngine, MeshFacts } from '../../decisions/mesh/plan-mesh.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { isSatsumaError } from '../../model/errors.ts';
import { hostOf } from '../../model/host-of.ts';
import type { MeshRecord, SwarmNode } from '../../model/mesh.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import type { Cluster } from '../../state/cluster.ts';
import { withEngineTimeout } from '../../state/with-engine-timeout.ts';

const atOnce = 64;

/** How all engines stand to the mesh, asked now. Throws nothing: who does not answer is not known. */
export async function surveyMesh(cluster: Cluster, mesh: MeshRecord): Promise<MeshFacts> {
  const semaphore = new Semaphore(atOnce);
  const records = cluster.cache.engines().toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const engines = await Promise.all(records.map((engine) => semaphore.run(() => survey(cluster, engine))));
  for (const { id, swarm } of engines) {
    if (!swarm?.isManager || swarm.mesh !== mesh.id) continue;
    const nodes = await nodesOf(cluster, id);
    if (nodes) return { mesh, engines, nodes };
  }
  return { mesh, engines };
}

async function survey({ pool }: Cluster, engine: EngineRecord): Promise<MeshEngine> {
  const address = await addressOf(engine);
  const known = { id: engine.id, ...(address !== undefined && { address }) };
  if (engine.condition !== 'ok') return known;
  const swarm = await unlessSilent(withEngineTimeout(pool.client(engine).readSwarm(), engine.id));
  return { ...known, ...(swarm && { swarm }) };
}

async function nodesOf({ pool, cache }: Cluster, id: string): Promise<readonly SwarmNode[] | undefined> {
  if (!cache.hasEngine(id)) return undefined;
  return await unlessSilent(withEngineTimeout(pool.client(cache.engine(id).value).listSwarmNodes(), id));
}

/** Docker wants an address where others are to reach an engine, and takes no name. */
async function addressOf(engine: Pick<EngineRecord, 'addr'>): Promise<string | undefined> {
  if (engine.addr.startsWith('unix:')) return undefined;
  const host = hostOf(engine);
  if (isIP(host) !== 0) return host;
  return await lookup(host).then(
    ({ address }) => address,
    () => undefined,
  );
}

async function unlessSilent<T>(answer: Promise<T>): Promise<T | undefined> {
  return await answer.catch((error: unknown) => {
    if (!isSatsumaError(error)) throw error;
    return undefined;
  });
}
