import { resolveImage } from '../../../commands/images/find-image.ts';
import { SatsumaError } from '../../../model/errors.ts';
import type { ImageConfig } from '../../../model/image-config.ts';
import type { ImageRequest } from '../../../model/saved-image.ts';
import type { Scope } from '../../../model/scope.ts';
import type { Cluster } from '../../../state/cluster.ts';

export interface JobImage {
  readonly image?: ImageRequest | undefined;
  readonly from?: string | undefined;
}

/**
 * What tasks are made of. `multi` keeps an image unique on its engine, which is citadel's default for single containers
 * and no use to a job: its tasks may share an engine. What starts a container again is the job's own business.
 */
export async function resolveJobImage(
  cluster: Cluster,
  { image, from = '' }: JobImage,
  scope: Scope | undefined,
): Promise<ImageConfig> {
  const whole = await resolveImage(cluster, image ?? { from }, scope);
  if (whole.container_name !== undefined) throw refused('container_name', 'tasks are named after their job');
  if (whole.reschedule !== undefined) throw refused('reschedule', '"retries" says how often a task is tried again');
  if ((whole.restart_policy.name ?? 'no') !== 'no') {
    throw refused('restart_policy', '"retries" says how often a task is tried again');
  }
  return { ...whole, type: whole.type === 'multi' ? 'label' : whole.type };
}

function refused(field: string, why: string): SatsumaError {
  const message = `"image.${field}" is not allowed: ${why}`;
  return new SatsumaError('invalid', message, { details: [{ path: `image.${field}`, message }] });
}
