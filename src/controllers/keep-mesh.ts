import { isDeepStrictEqual } from 'node:util';
import { isOurManager, type MeshFacts, nodeOf } from '../decisions/mesh/mesh-member.ts';
import { planMesh } from '../decisions/mesh/plan-mesh.ts';
import { surveyMesh } from '../execution/mesh/survey-mesh.ts';
import { takeMeshSteps } from '../execution/mesh/take-mesh-steps.ts';
import { isSatsumaError } from '../model/errors.ts';
import { type MeshRecord, meshId } from '../model/mesh.ts';
import type { Cluster } from '../state/cluster.ts';
import type { Fence, Versioned } from '../store/store.ts';
import { boundedFailures } from './bounded-failures.ts';

/** Survey intervals: while steps are pending, and while every engine is in the mesh or blocked. */
const busyMs = 1_000;
const quietMs = 15_000;

/**
 * Joins new engines to the mesh and removes those that are gone. Part of the controller loop, which does not wait for
 * it.
 */
export class MeshKeeper {
  readonly #cluster: Cluster;
  #underWay: Promise<void> | undefined;
  #notBefore = Number.NEGATIVE_INFINITY;
  /** The engines and the mesh document at the last survey, as JSON. */
  #seen = '';

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Resolves when the reconciliation in progress is done. */
  async pass(fence: Fence): Promise<void> {
    this.#begin(fence);
    await this.#underWay;
  }

  #begin(fence: Fence): void {
    const { cache, clock, logger } = this.#cluster;
    const mesh = cache.meshes.get(meshId);
    if (!mesh || this.#underWay) return;
    const engines = cache.engines().map(({ id, addr, condition, labels }) => [id, addr, condition, labels]);
    const { managers, managerLabel, ending } = mesh.value;
    const seen = JSON.stringify([managers, managerLabel, ending, ...engines]);
    if (seen === this.#seen && clock.steadyMs() < this.#notBefore) return;
    this.#seen = seen;
    this.#underWay = this.#reconcile(mesh, fence)
      .catch((error: unknown) => {
        if (!isSatsumaError(error)) throw error;
        this.#notBefore = clock.steadyMs() + quietMs;
        logger.warn({ err: error }, 'mesh not reconciled');
      })
      .finally(() => {
        this.#underWay = undefined;
      });
  }

  async #reconcile(mesh: Versioned<MeshRecord>, fence: Fence): Promise<void> {
    const { cache, clock } = this.#cluster;
    const facts = await surveyMesh(this.#cluster, mesh.value);
    const { members, steps } = planMesh(facts);
    const chosen = steps.find((step) => step.do === 'choose')?.engine;
    const next = { ...mesh.value, nodes: nodesOf(facts), ...(chosen !== undefined && { first: chosen }) };
    // Written before any step: a new leader must know which engine initializes the swarm, and which nodes belong to the
    // mesh.
    const known = await this.#replace(mesh, next, fence);
    if (!known) return;
    const isSelected = () => cache.meshes.get(meshId)?.version === known.version;
    const failures = await takeMeshSteps(this.#cluster, facts, steps, isSelected);
    const isBusy = steps.length > failures.size || members.some(({ state }) => state === 'leaving');
    this.#notBefore = clock.steadyMs() + (isBusy ? busyMs : quietMs);
    const over = known.value.ending === 'forced' ? ['outside', 'blocked', 'unreachable'] : ['outside', 'blocked'];
    const isOver = known.value.ending && members.every(({ state }) => over.includes(state));
    const tried = new Set(steps.flatMap((step) => ('engine' in step ? [step.engine] : [])));
    const waiting = members.filter(({ state, engine }) => state !== 'ready' && !tried.has(engine));
    const before = waiting.flatMap(({ engine }) => pairOf(engine, known.value.failures[engine]));
    const all = { ...Object.fromEntries(before), ...Object.fromEntries(failures) };
    await this.#replace(known, isOver ? undefined : { ...known.value, failures: boundedFailures(all) }, fence);
  }

  /** Undefined: the document changed, or another server leads. */
  async #replace(
    mesh: Versioned<MeshRecord>,
    value: MeshRecord | undefined,
    lease: Fence,
  ): Promise<Versioned<MeshRecord> | undefined> {
    const { store, cache } = this.#cluster;
    if (isDeepStrictEqual(value, mesh.value)) return mesh;
    const change = { kind: 'mesh', id: meshId, ifVersion: mesh.version, ...(value && { value }) } as const;
    const written = await store.write([change], { lease });
    if (!written.ok) return undefined;
    cache.apply({ kind: 'mesh', id: meshId, version: written.version, ...(value && { value }) });
    return value && { id: meshId, value, version: written.version };
  }
}

/** The node of each engine: as a manager lists it, or as last known if the engine does not answer. */
function nodesOf(facts: MeshFacts): Readonly<Record<string, string>> {
  const { mesh, engines, reported } = facts;
  const isListed = (node: string) => reported?.nodes.some(({ id }) => id === node) ?? false;
  const pairs = engines.flatMap((engine): [string, string][] => {
    const node = nodeOf(facts, engine);
    if (node === undefined || node === '') return [];
    const isKnown = isListed(node) || isOurManager(mesh, engine) || mesh.nodes[engine.id] === node;
    return isKnown ? [[engine.id, node]] : [];
  });
  return Object.fromEntries(pairs);
}

function pairOf(engine: string, reason: string | undefined): [string, string][] {
  return reason === undefined ? [] : [[engine, reason]];
}
