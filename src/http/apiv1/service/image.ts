import { resolveImage } from '../../../commands/images/find-image.ts';
import { SatsumaError } from '../../../model/errors.ts';
import type { ImageConfig } from '../../../model/image-config.ts';
import type { ImageRequest } from '../../../model/saved-image.ts';
import type { Scope } from '../../../model/scope.ts';
import { serviceImageDefaults } from '../../../model/service-defaults.ts';
import type { Cluster } from '../../../state/cluster.ts';

/** The part of the image config that a service may set itself. */
export type PlacementOptions = Pick<ImageConfig, 'constraints' | 'spread'>;

interface ServiceImage extends PlacementOptions {
  readonly image?: ImageRequest | undefined;
  readonly from?: string | undefined;
}

/**
 * The image config of a service's replicas. The default type `multi` (citadel's, for single containers) would allow one
 * container per image and engine; replicas may share an engine, and are spread by default. An explicit strategy
 * replaces that default.
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
