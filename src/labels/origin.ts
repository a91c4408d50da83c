import type { ImageConfig } from '../model/image-config.ts';
import type { JobRun, JobSpec, RunSpec } from '../model/job.ts';
import type { ServiceSpec } from '../model/service.ts';

/** What a container of a service or a job carries of the record that it came of, so that this can be made again. */
export interface Origin {
  /** RFC 3339; the service's, or the job's. */
  readonly createdAt: string;
  /** The names of variables that the container got beside those of the image config. */
  readonly added: readonly string[];
  readonly service?: ServiceOrigin;
  readonly job?: JobOrigin;
}

export interface ServiceOrigin {
  readonly generation: number;
  readonly template: number;
  /** The image config is on a label of its own. */
  readonly spec: Omit<ServiceSpec, 'image'>;
}

export interface JobOrigin {
  readonly spec: Pick<JobSpec, 'schedule' | 'time_zone' | 'concurrency' | 'keep'>;
  readonly run: Pick<JobRun, 'cause' | 'scheduledFor' | 'createdAt'> & { readonly spec: Omit<RunSpec, 'image'> };
  /** Slots of the run that had succeeded when the container was started. */
  readonly done: readonly number[];
}

/** What a container was started with, without what was added to it. */
export function templateOf({ environment, ...image }: ImageConfig, { added }: Origin): ImageConfig {
  const names = new Set(added);
  const own = Object.entries(environment ?? {}).filter(([name]) => !names.has(name));
  return own.length === 0 ? image : { ...image, environment: Object.fromEntries(own) };
}

/** Nothing that does not look like one: the labels are ours, but another version of us may have written them. */
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
