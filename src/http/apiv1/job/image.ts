import { resolveImage } from '../../../commands/images/find-image.ts';
import { SatsumaError } from '../../../model/errors.ts';
import type { ImageConfig } from '../../../model/image-config.ts';
import type { ImageRequest } from '../../../model/saved-image.ts';
import type { Scope } from '../../../model/scope.ts';
import type { Cluster } from '../../../state/cluster.ts';

interface JobImage {
  readonly image?: ImageRequest | undefined;
  readonly from?: string | undefined;
}

/**
 * The image config of a job's tasks. The default type `multi` (citadel's, for single containers) would allow one
 * container per image and engine; tasks may share an engine. Restarts are controlled by the job.
 */
export async function resolveJobImage(
  cluster: Cluster,
  { image, from = '' }: JobImage,
  scope: Scope | undefined,
): Promise<ImageConfig> {
  const whole = await resolveImage(cluster, image ?? { from }, scope);
  if (whole.container_name !== undefined) throw refused('container_name', 'tasks are named after their job');
  if (whole.reschedule !== undefined) throw refused('reschedule', '"retries" sets how often a task is retried');
  if ((whole.restart_policy.name ?? 'no') !== 'no') {
    throw refused('restart_policy', '"retries" sets how often a task is retried');
  }
  return { ...whole, type: whole.type === 'multi' ? 'label' : whole.type };
}

function refused(field: string, why: string): SatsumaError {
  const message = `"image.${field}" is not allowed: ${why}`;
  return new SatsumaError('invalid', message, { details: [{ path: `image.${field}`, message }] });
}
