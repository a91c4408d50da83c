import type { ImageConfig } from '../model/image-config.ts';
import type { JobRun, JobSpec, RunSpec } from '../model/job.ts';
import type { ServiceSpec } from '../model/service.ts';

/** The part of a service's or job's record that its containers carry, so that the record can be restored. */
export interface Origin {
  /** RFC 3339; of the service or job. */
  readonly createdAt: string;
  /** The names of variables that were added to those of the image config. */
  readonly added: readonly string[];
  readonly service?: ServiceOrigin;
  readonly job?: JobOrigin;
}

export interface ServiceOrigin {
  readonly generation: number;
  readonly template: number;
  /** The image config has its own label. */
  readonly spec: Omit<ServiceSpec, 'image'>;
}

export interface JobOrigin {
  readonly spec: Pick<JobSpec, 'schedule' | 'time_zone' | 'concurrency' | 'keep'>;
  readonly run: Pick<JobRun, 'cause' | 'scheduledFor' | 'createdAt'> & { readonly spec: Omit<RunSpec, 'image'> };
  /** Slots of the run that had succeeded when the container was started. */
  readonly done: readonly number[];
}

/** The image config of a container without what was added to it. */
export function templateOf({ environment, ...image }: ImageConfig, { added }: Origin): ImageConfig {
  const names = new Set(added);
  const own = Object.entries(environment ?? {}).filter(([name]) => !names.has(name));
  return own.length === 0 ? image : { ...image, environment: Object.fromEntries(own) };
}

/** Undefined for another format: the labels are signed, but may come from another release. */
export function originFrom(value: unknown): Origin | undefined {
  const { createdAt, added, service, job } = Object(value) as Partial<Record<keyof Origin, unknown>>;
  if (typeof createdAt !== 'string' || !Array.isArray(added)) return undefined;
  if (service === undefined && job === undefined) return undefined;
  if (service !== undefined && !isServiceOrigin(service)) return undefined;
  if (job !== undefined && !isJobOrigin(job)) return undefined;
  return value as Origin;
}

function isServiceOrigin(value: unknown): boolean {
  const { generation, template, spec } = Object(value) as Partial<ServiceOrigin>;
  return isCount(generation) && isCount(template) && isObject(spec) && isObject(spec.update);
}

function isJobOrigin(value: unknown): boolean {
  const { spec, run, done } = Object(value) as Partial<JobOrigin>;
  return isObject(spec) && isObject(run) && isObject(run.spec) && isCount(run.spec.completions) && Array.isArray(done);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
