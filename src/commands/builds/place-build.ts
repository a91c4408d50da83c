import { unschedulable } from '../../execution/reserve-somewhere.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { Cluster } from '../../state/cluster.ts';
import { planContainer } from '../containers/plan-container.ts';
import { chooseBuildEngine } from './choose-build-engine.ts';

/**
 * Chooses, among the engines that could run `image`, one to build it on; the build takes nothing from the ledger. `only`: the engine that
 * it must be. Throws `unschedulable`, with the reasons.
 */
export async function placeBuild(cluster: Cluster, image: ImageConfig, only?: string): Promise<EngineRecord> {
  const { candidates, refused } = await planContainer(cluster, image);
  if (candidates.length === 0) throw unschedulable(refused);
  const among = new Set(candidates.map(({ engine }) => engine.id));
  if (only === undefined) return await chooseBuildEngine(cluster, { names: [image.name], among });
  if (among.has(only)) return cluster.cache.engine(only).value;
  const sentence = `the session of the build is at engine ${only}, which cannot take it`;
  throw new SatsumaError('unschedulable', sentence, { details: refused });
}
