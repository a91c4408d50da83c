import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isOurManager, type MeshEngine, type MeshFacts } from '../../decisions/mesh/mesh-member.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { isOfOthers } from '../../model/host-address.ts';
import { hostOf } from '../../model/host-of.ts';
import type { MeshRecord } from '../../model/mesh.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import { withTimeout } from '../../runtime/with-timeout.ts';
import type { Cluster } from '../../state/cluster.ts';
import { withEngineTimeout } from '../../state/with-engine-timeout.ts';
import { unlessSilent } from '../unless-silent.ts';

const atOnce = 64;
/** Of names: they are looked up in threads that files and cryptography need as well. */
const namesAtOnce = new Semaphore(2);
const lookupMs = 2_000;

/** How all engines stand to the mesh, asked now. Throws nothing: who does not answer is not known. */
export async function surveyMesh(cluster: Cluster, mesh: MeshRecord): Promise<MeshFacts> {
  const engines = await surveySwarms(cluster);
  for (const engine of engines) {
    const nodes = isOurManager(mesh, engine) ? await nodesOf(cluster, engine.id) : undefined;
    if (nodes) return { mesh, engines, reported: { by: engine.id, nodes } };
  }
  return { mesh, engines };
}

/** Sorted by id. */
export async function surveySwarms(cluster: Cluster): Promise<readonly MeshEngine[]> {
  const semaphore = new Semaphore(atOnce);
  const records = cluster.cache.engines().toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return await Promise.all(records.map((engine) => semaphore.run(() => survey(cluster, engine))));
}

async function survey({ pool }: Cluster, engine: EngineRecord): Promise<MeshEngine> {
  const address = await addressOf(engine);
  const known = { id: engine.id, ...(address !== undefined && { address }) };
  if (engine.condition !== 'ok') return known;
  const swarm = await withEngineTimeout(pool.client(engine).readSwarm(), engine.id).catch(unlessSilent);
  return { ...known, ...(swarm && { swarm }) };
}

async function nodesOf({ pool, cache }: Cluster, id: string) {
  if (!cache.hasEngine(id)) return undefined;
  return await withEngineTimeout(pool.client(cache.engine(id).value).listSwarmNodes(), id).catch(unlessSilent);
}

/** Docker wants an address where others are to reach an engine, and takes no name. */
async function addressOf(engine: Pick<EngineRecord, 'addr'>): Promise<string | undefined> {
  if (engine.addr.startsWith('unix:')) return undefined;
  const host = hostOf(engine);
  const address = isIP(host) === 0 ? await namesAtOnce.run(() => lookUp(host)) : host;
  return address !== undefined && isOfOthers(address) ? address : undefined;
}

async function lookUp(host: string): Promise<string | undefined> {
  const found = lookup(host).then(
    ({ address }) => address,
    () => undefined,
  );
  const answer = await withTimeout(lookupMs, found);
  return typeof answer === 'string' ? answer : undefined;
}
