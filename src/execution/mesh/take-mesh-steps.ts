import type { MeshFacts } from '../../decisions/mesh/mesh-member.ts';
import type { MeshStep } from '../../decisions/mesh/plan-mesh.ts';
import type { EngineClient } from '../../engines/engine-client.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { SwarmTokens } from '../../model/mesh.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import type { Cluster } from '../../state/cluster.ts';

/**
 * How many engines join at the same time. Commands to managers do not wait for them, because a join may take until its
 * deadline.
 */
const joinsAtOnce = 8;
const othersAtOnce = 8;

/**
 * Executes the planned steps independently, as long as `isWanted`. Returns the failures by engine. Never throws engine
 * errors.
 */
export async function takeMeshSteps(
  cluster: Cluster,
  { mesh, reported }: MeshFacts,
  steps: readonly MeshStep[],
  isSelected: () => boolean,
): Promise<ReadonlyMap<string, string>> {
  const { cache, pool, logger } = cluster;
  const clientOf = (id: string): EngineClient => pool.client(cache.engine(id).value);
  const manager = (): EngineClient => {
    if (!reported) throw new SatsumaError('wrong_state', 'no manager of the mesh answers');
    return clientOf(reported.by);
  };
  let reading: Promise<SwarmTokens> | undefined;
  const token = async (): Promise<string> => {
    reading ??= manager().readSwarmTokens();
    return (await reading).worker;
  };
  const take = async (step: MeshStep): Promise<void> => {
    switch (step.do) {
      case 'choose':
        return;
      case 'init':
        return await clientOf(step.engine).initSwarm({ address: step.address, mesh: mesh.id });
      case 'join':
        return await clientOf(step.engine).joinSwarm({ ...step, token: await token() });
      case 'leave':
        return await clientOf(step.engine).leaveSwarm(step);
      case 'promote':
        return await manager().setSwarmRole(step.node, 'manager');
      case 'demote':
        return await manager().setSwarmRole(step.node, 'worker');
      case 'remove':
        return await manager().removeSwarmNode(step.node);
    }
  };
  const failures = new Map<string, string>();
  const joins = new Semaphore(joinsAtOnce);
  const others = new Semaphore(othersAtOnce);
  const takeOne = async (step: MeshStep): Promise<void> => {
    if (!isSelected()) return;
    const fields = 'engine' in step ? { engineId: step.engine } : { node: step.node };
    try {
      await take(step);
      logger.info({ ...fields, step: step.do }, 'mesh changed');
    } catch (error) {
      if (!(error instanceof SatsumaError)) throw error;
      logger.warn({ err: error, ...fields, step: step.do }, 'mesh not changed');
      if ('engine' in step) failures.set(step.engine, error.message);
    }
  };
  await Promise.all(steps.map((step) => (step.do === 'join' ? joins : others).run(() => takeOne(step))));
  return failures;
}
