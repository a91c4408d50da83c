import { planMesh } from '../decisions/mesh/plan-mesh.ts';
import { surveyMesh } from '../execution/mesh/survey-mesh.ts';
import { takeMeshSteps } from '../execution/mesh/take-mesh-steps.ts';
import { isSatsumaError } from '../model/errors.ts';
import { type MeshRecord, meshId } from '../model/mesh.ts';
import type { Cluster } from '../state/cluster.ts';
import type { Fence, Versioned } from '../store/store.ts';

/** Between two looks while there is something to do, and while all engines are in the mesh. */
const busyMs = 1_000;
const quietMs = 15_000;

/** Keeps engines in the mesh as they come and go. Part of the controller loop, which does not wait for it. */
export class MeshKeeper {
  readonly #cluster: Cluster;
  #isUnderWay = false;
  #notBefore = Number.NEGATIVE_INFINITY;
  /** The engines and the document that were looked at last. */
  #seen = '';

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  pass(fence: Fence): void {
    const { cache, clock, logger } = this.#cluster;
    const mesh = cache.meshes.get(meshId);
    if (!mesh || this.#isUnderWay) return;
    const engines = cache.engines().map(({ id, addr, condition }) => `${id} ${addr} ${condition}`);
    const seen = JSON.stringify([mesh.version, ...engines]);
    if (seen === this.#seen && clock.steadyMs() < this.#notBefore) return;
    this.#seen = seen;
    this.#isUnderWay = true;
    void this.#look(mesh, fence)
      .catch((error: unknown) => {
        if (!isSatsumaError(error)) throw error;
        logger.warn({ err: error }, 'mesh not looked after');
      })
      .finally(() => {
        this.#isUnderWay = false;
      });
  }

  async #look(mesh: Versioned<MeshRecord>, fence: Fence): Promise<void> {
    const { clock } = this.#cluster;
    const facts = await surveyMesh(this.#cluster, mesh.value);
    const { members, steps } = planMesh(facts);
    await takeMeshSteps(this.#cluster, facts, steps);
    const isBusy = steps.length > 0 || members.some(({ state }) => state === 'joining' || state === 'leaving');
    this.#notBefore = clock.steadyMs() + (isBusy ? busyMs : quietMs);
    const isOver = mesh.value.isEnding && members.every(({ state }) => state === 'outside' || state === 'blocked');
    if (isOver) await this.#write(mesh, undefined, fence);
    else if (!mesh.value.isMade && facts.nodes) await this.#write(mesh, { ...mesh.value, isMade: true }, fence);
  }

  async #write({ version }: Versioned<MeshRecord>, value: MeshRecord | undefined, lease: Fence): Promise<void> {
    const { store, cache } = this.#cluster;
    const change = { kind: 'mesh', id: meshId, ifVersion: version, ...(value && { value }) } as const;
    const written = await store.write([change], { lease });
    if (written.ok) cache.apply({ kind: 'mesh', id: meshId, version: written.version, ...(value && { value }) });
  }
}
