import type { Claim } from './claim.ts';
import { type GpuSource, gpusOf } from './gpus-of.ts';
import { defaultProject, type ImageConfig, projectOf } from './image-config.ts';

/** The label of containers, volumes and networks with the project that owns them. */
export const projectLabel = 'satsuma.project';

/** The total limits of a project's running containers. Absent: unlimited. */
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

/** The names of the limits in the API. */
export const quotaResources = {
  cpu: 'cpus',
  memory: 'memory',
  containers: 'containers',
  gpus: 'gpus',
} as const satisfies Record<QuotaField, string>;

/** A project, as the store keeps it by name. The stores read the limits of `quota` when claims are taken. */
export interface ProjectRecord {
  readonly quota: Quota;
  readonly description?: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

export const maxProjects = 1_000;

/**
 * The store format with quotas. Older releases do not count quotas, would exceed them, and must not open such a store.
 * A store is upgraded only when the first quota is set, so that users without quotas can downgrade.
 */
export const quotaFormat = 3;

/** The store format without quotas, to which older stores are migrated. Documents are equal in both formats. */
export const plainFormat = 2;

const prefix = 'quota/';

export function quotaKey(project: string, field: QuotaField): string {
  return `${prefix}${project}/${field}`;
}

/** The project and field of a quota claim; undefined for other claims. */
export function quotaOf(key: string): { readonly project: string; readonly field: string } | undefined {
  if (!key.startsWith(prefix)) return undefined;
  const [, project = '', field = ''] = key.split('/');
  return { project, field };
}

/** The quota keys of resources that a container uses without a declared amount. */
export function unsizedKeys(image: SizedImage): string[] {
  const project = projectOf(image);
  if (project === defaultProject) return [];
  const { cpus = 0, memory = 0 } = image;
  const isSized = { cpu: cpus > 0, memory: memory > 0, gpus: gpusOf(image) !== 'all' };
  return (['cpu', 'memory', 'gpus'] as const)
    .filter((field) => !isSized[field])
    .map((field) => quotaKey(project, field));
}

export type SizedImage = Pick<ImageConfig, 'project' | 'cpus' | 'memory'> & GpuSource;

export function isQuotaClaim({ key }: Pick<Claim, 'key'>): boolean {
  return key.startsWith(prefix);
}

/**
 * The claims of a container on its project's quota while it runs. They are taken even without a quota, so that a later
 * quota counts running containers. The project `default` has no quota and no such claims. The store reads the limit
 * from the project in the transaction that takes the claims.
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
