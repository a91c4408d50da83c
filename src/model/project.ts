import type { Claim } from './claim.ts';
import { type GpuAsking, gpusOf } from './gpus-of.ts';
import { defaultProject, type ImageConfig, projectOf } from './image-config.ts';

/** What the running containers of a project may hold together; left out: as much as there is. */
export interface Quota {
  /** In milli-CPU. */
  readonly cpu?: number;
  /** In MiB. */
  readonly memory?: number;
  readonly containers?: number;
  readonly gpus?: number;
}

export const quotaFields = ['cpu', 'memory', 'containers', 'gpus'] as const satisfies readonly (keyof Quota)[];
export type QuotaField = (typeof quotaFields)[number];

/** What users call them. */
export const quotaResources = {
  cpu: 'cpus',
  memory: 'memory',
  containers: 'containers',
  gpus: 'gpus',
} as const satisfies Record<QuotaField, string>;

/** A project, as the store keeps it, by its name. The stores read the limits of `quota` when claims are taken. */
export interface ProjectRecord {
  readonly quota: Quota;
  readonly description?: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

export const mostProjects = 1_000;

/**
 * The format of a store with quotas: releases that count none would promise the same twice, and must not open it. No store
 * is brought to it before it has a quota, so that whoever uses none can go back to the release before.
 */
export const quotaFormat = 3;

/** That of a store without quotas, and what older ones are brought to: documents are the same in both. */
export const plainFormat = 2;

const prefix = 'quota/';

export function quotaKey(project: string, field: QuotaField): string {
  return `${prefix}${project}/${field}`;
}

/** What a claim on a quota is of; undefined: it is another claim. */
export function quotaOf(key: string): { readonly project: string; readonly field: string } | undefined {
  if (!key.startsWith(prefix)) return undefined;
  const [, project = '', field = ''] = key.split('/');
  return { project, field };
}

/** Keys of what a container takes without saying how much: it may be any amount. */
export function unsizedKeys(image: SizedImage): string[] {
  const project = projectOf(image);
  if (project === defaultProject) return [];
  const { cpus = 0, memory = 0 } = image;
  const isSized = { cpu: cpus > 0, memory: memory > 0, gpus: gpusOf(image) !== 'all' };
  return (['cpu', 'memory', 'gpus'] as const)
    .filter((field) => !isSized[field])
    .map((field) => quotaKey(project, field));
}

export type SizedImage = Pick<ImageConfig, 'project' | 'cpus' | 'memory'> & GpuAsking;

export function isQuotaClaim({ key }: Pick<Claim, 'key'>): boolean {
  return key.startsWith(prefix);
}

/**
 * What a container holds of its project's quota while it runs, whether or not there is one by now: a quota that is set later
 * counts what runs already. The project `default` has no quota, and its containers no such claims. The limit is the
 * project's, which the store reads in the step that takes the claims.
 */
export function quotaClaims(image: SizedImage): Claim[] {
  const project = projectOf(image);
  if (project === defaultProject) return [];
  const { cpus = 0, memory = 0 } = image;
  const gpus = gpusOf(image);
  const amounts = { cpu: Math.round(cpus * 1000), memory, containers: 1, gpus: gpus === 'all' ? 0 : gpus };
  return quotaFields.flatMap((field) =>
    amounts[field] > 0 ? [{ key: quotaKey(project, field), amount: amounts[field], limit: null }] : [],
  );
}
