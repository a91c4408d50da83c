import { resolveImage } from '../../../commands/images/find-image.ts';
import { SatsumaError } from '../../../model/errors.ts';
import type { ImageConfig } from '../../../model/image-config.ts';
import type { ImageRequest } from '../../../model/saved-image.ts';
import type { Scope } from '../../../model/scope.ts';
import { serviceImageDefaults } from '../../../model/service-defaults.ts';
import type { Cluster } from '../../../state/cluster.ts';

/** What of its image config a service may say itself. */
export type PlacementOptions = Pick<ImageConfig, 'constraints' | 'spread'>;

export interface ServiceImage extends PlacementOptions {
  readonly image?: ImageRequest | undefined;
  readonly from?: string | undefined;
}

/**
 * What replicas are made of. `multi` keeps an image unique on its engine, which is citadel's default for single
 * containers and no use to a service: its replicas may share an engine, and are spread, unless it says otherwise. Whoever
 * asks for another strategy has that alone.
 */
export async function resolveServiceImage(
  cluster: Cluster,
  { image, from = '', ...placementOptions }: ServiceImage,
  scope: Scope | undefined,
): Promise<ImageConfig> {
  const whole = await resolveImage(cluster, image ?? { from }, scope);
  if (whole.container_name !== undefined) {
    throw new SatsumaError('invalid', '"image.container_name" is not allowed: replicas are named after their service');
  }
  const type = whole.type === 'multi' ? serviceImageDefaults.type : whole.type;
  const strategy = whole.strategy ?? serviceImageDefaults.strategy;
  const spread = strategy === serviceImageDefaults.strategy ? { spread: serviceImageDefaults.spread } : {};
  return { ...spread, ...whole, ...placementOptions, type, strategy };
}
