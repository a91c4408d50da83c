import type { Job } from '../api/job.ts';
import type { Secret } from '../api/secret.ts';
import type { Service } from '../api/service.ts';
import type { NetworkRow } from '../api/volume.ts';
import { projectLabel, serviceLabel } from '../application/labels.ts';
import type { ImageConfig } from '../model/image-config.ts';

/** What there is: all that has the project's label, and what the files name. */
export interface Stored {
  readonly services: readonly Service[];
  readonly jobs: readonly Job[];
  readonly networks: readonly NetworkRow[];
  readonly secrets: readonly Pick<Secret, 'name' | 'labels'>[];
}

export function isOfProject({ image }: { readonly image: ImageConfig }, project: string): boolean {
  return image.container_labels?.[projectLabel] === project;
}

/** Its name in the file. */
export function keyOf({ image, name }: { readonly image: ImageConfig; readonly name: string }): string {
  return image.container_labels?.[serviceLabel] ?? name;
}
