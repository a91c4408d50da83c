import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { isOurManager, type MeshEngine, type MeshFacts, mayManage } from '../../decisions/mesh/mesh-member.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { isRemoteAddress } from '../../model/host-address.ts';
import { hostOf } from '../../model/host-of.ts';
import type { MeshRecord } from '../../model/mesh.ts';
import { oneForEach } from '../../runtime/one-for-each.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import { withTimeout } from '../../runtime/with-timeout.ts';
import type { Cluster } from '../../state/cluster.ts';
import { withEngineTimeout } from '../../state/with-engine-timeout.ts';
import { ignoreEngineError } from '../ignore-engine-error.ts';

const atOnce = 64;
/** Lookups use threads that files and cryptography need as well. */
const namesAtOnce = new Semaphore(2);
const lookupMs = 2_000;

/** Callers within this time share a result. */
const keptMs = 1_000;

interface Survey {
  readonly mesh: MeshRecord;
  readonly endedAtMs: number;
  readonly facts: MeshFacts;
}

/** A server's last survey, and the running one. */
class Surveys {
  #last: Survey | undefined;
  #underWay: { readonly mesh: MeshRecord; readonly facts: Promise<MeshFacts> } | undefined;

  get last(): MeshFacts | undefined {
    return this.#last?.facts;
  }

  /** Callers share the running or latest survey, unless the mesh document changed. */
  async read(cluster: Cluster, mesh: MeshRecord, isKept: boolean): Promise<MeshFacts> {
    const { clock } = cluster;
    const last = this.#last;
    if (isKept && last && isDeepStrictEqual(last.mesh, mesh) && clock.steadyMs() - last.endedAtMs < keptMs)
      return last.facts;
    if (isKept && this.#underWay && isDeepStrictEqual(this.#underWay.mesh, mesh)) return await this.#underWay.facts;
    const facts = surveyNow(cluster, mesh);
    const underWay = { mesh, facts };
    this.#underWay = underWay;
    try {
      const found = await facts;
      this.#last = { mesh, endedAtMs: clock.steadyMs(), facts: found };
      return found;
    } finally {
      if (this.#underWay === underWay) this.#underWay = undefined;
    }
  }
}

const surveysOf = oneForEach<Cluster['cache'], Surveys>(() => new Surveys());

/** Queries how all engines relate to the mesh. Never throws: the state of unreachable engines is unknown. */
export async function surveyMesh(cluster: Cluster, mesh: MeshRecord): Promise<MeshFacts> {
  return await surveysOf(cluster.cache).read(cluster, mesh, false);
}

/** The same for read access: the result may be up to one second old. */
export async function surveyMeshShared(cluster: Cluster, mesh: MeshRecord): Promise<MeshFacts> {
  return await surveysOf(cluster.cache).read(cluster, mesh, true);
}

/** This server's last survey; undefined: there was none. */
export function lastSurvey(cluster: Cluster): MeshFacts | undefined {
  return surveysOf(cluster.cache).last;
}

async function surveyNow(cluster: Cluster, mesh: MeshRecord): Promise<MeshFacts> {
  const engines = await surveySwarms(cluster);
  // One that stays a manager: whoever reports is not demoted.
  const askedFirst = engines.toSorted((a, b) => Number(mayManage(mesh, b)) - Number(mayManage(mesh, a)));
  for (const engine of askedFirst) {
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
  const known = { id: engine.id, labels: engine.labels, ...(address !== undefined && { address }) };
  if (engine.condition !== 'ok') return known;
  const swarm = await withEngineTimeout(pool.client(engine).readSwarm(), engine.id).catch(ignoreEngineError);
  return { ...known, ...(swarm && { swarm }) };
}

async function nodesOf({ pool, cache }: Cluster, id: string) {
  if (!cache.hasEngine(id)) return undefined;
  return await withEngineTimeout(pool.client(cache.engine(id).value).listSwarmNodes(), id).catch(ignoreEngineError);
}

/** Docker requires an IP address at which other engines reach this one. */
async function addressOf(engine: Pick<EngineRecord, 'addr'>): Promise<string | undefined> {
  if (engine.addr.startsWith('unix:')) return undefined;
  const host = hostOf(engine);
  const address = isIP(host) === 0 ? await resolved(host) : host;
  return address !== undefined && isRemoteAddress(address) ? address : undefined;
}

const maxNames = 10_000;
/**
 * How long a resolved name is cached: resolving those of a thousand engines, two at a time, would take a second each
 * time.
 */
const knownMs = 60_000;
const addresses = new Map<string, { readonly address: string; readonly atMs: number }>();

async function resolved(host: string): Promise<string | undefined> {
  const known = addresses.get(host);
  if (known && performance.now() - known.atMs < knownMs) return known.address;
  const address = await namesAtOnce.run(() => lookUp(host));
  addresses.delete(host);
  if (address === undefined) return undefined;
  // Evicts the oldest entry.
  const [first] = addresses.keys();
  if (addresses.size >= maxNames && first !== undefined) addresses.delete(first);
  addresses.set(host, { address, atMs: performance.now() });
  return address;
}

async function lookUp(host: string): Promise<string | undefined> {
  const found = lookup(host).then(
    ({ address }) => address,
    () => undefined,
  );
  const answer = await withTimeout(lookupMs, found);
  return typeof answer === 'string' ? answer : undefined;
}
