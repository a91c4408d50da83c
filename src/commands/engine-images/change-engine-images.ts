import type { ImageRemoval } from '../../model/engine-image.ts';
import type { Cluster } from '../../state/cluster.ts';
import { askEach, chooseEngines, type EngineAnswers, type EngineChoice } from '../each-engine.ts';
import { withFound } from './find-engine-image.ts';

/**
 * Tags an image on each engine that has it. Throws `no_such_image` if none has it, `no_such_engine`, and an engine's
 * error if all failed.
 */
export async function tagEngineImages(
  cluster: Cluster,
  { name, tag, ...choice }: EngineChoice & { readonly name: string; readonly tag: string },
): Promise<EngineAnswers<void>> {
  const engines = await chooseEngines(cluster, choice);
  const tagged = await askEach(cluster, engines, (engine) => cluster.pool.client(engine).tagImage(name, tag));
  return withFound(name, tagged);
}

/**
 * Removes an image, or one of its names, from each engine that has it. Throws as `tagEngineImages`, and `image_in_use`.
 */
export async function removeEngineImages(
  cluster: Cluster,
  { name, isForced, ...choice }: EngineChoice & { readonly name: string; readonly isForced: boolean },
): Promise<EngineAnswers<ImageRemoval>> {
  const engines = await chooseEngines(cluster, choice);
  const removed = await askEach(cluster, engines, (engine) =>
    cluster.pool.client(engine).removeImage(name, { isForced }),
  );
  const { answers, ...rest } = withFound(name, removed);
  for (const { engine } of answers) cluster.logger.info({ engineId: engine.id, image: name }, 'image removed');
  return { answers, ...rest };
}
