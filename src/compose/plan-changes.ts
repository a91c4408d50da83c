import { isDeepStrictEqual } from 'node:util';
import type { Job } from '../api/job.ts';
import type { Service } from '../api/service.ts';
import { differences, noDifferences } from '../application/differences.ts';
import { configLabel, projectLabel } from '../application/labels.ts';
import { serviceDefaults } from '../model/service-defaults.ts';
import type { Desired, DesiredJob, DesiredNetwork, DesiredSecret, DesiredService } from './desired.ts';
import { isOfProject, type Stored } from './stored.ts';

/** `compare`: it is like the files but for values that are hidden, which the server compares when it is given them. */
export type Action = 'create' | 'change' | 'compare' | 'keep' | 'run' | 'remove';

interface Step<Kind extends string, What> {
  readonly kind: Kind;
  readonly name: string;
  readonly action: Action;
  readonly what: What;
  /** Of a change: what is another one. */
  readonly fields: readonly string[];
  /** What may be another one, and is not shown. */
  readonly hidden?: readonly string[];
}

export type ServiceStep = Step<'service', DesiredService> & { readonly there?: Service | undefined };
export type JobStep = Step<'job', DesiredJob> & { readonly there?: Job | undefined };
type NetworkStep = Step<'network', DesiredNetwork> & {
  /** Where it is made. Left out: as its body says. */
  readonly engines?: readonly string[] | undefined;
};
type SecretStep = Step<'secret' | 'config', DesiredSecret>;
/** A service or a job of the project that the files do not have. */
export type Orphan = Step<'service' | 'job', undefined>;

/** What is to be done so that there is what the files want. */
export interface Changes {
  readonly networks: readonly NetworkStep[];
  readonly secrets: readonly SecretStep[];
  readonly configs: readonly SecretStep[];
  readonly services: readonly ServiceStep[];
  readonly jobs: readonly JobStep[];
  readonly orphans: readonly Orphan[];
  /** Secrets that hold configs of the project as they were before. */
  readonly earlierConfigs: readonly string[];
  /** Why nothing can be done, each in a sentence. */
  readonly obstacles: readonly string[];
}

interface PlanOptions {
  /** What is like the files is changed as well. */
  readonly isForced?: boolean;
  readonly removesOrphans?: boolean;
  /** Secrets that are there are given the value of the files. */
  readonly renewsSecrets?: boolean;
}

export function planChanges(desired: Desired, stored: Stored, options: PlanOptions = {}): Changes {
  const { isForced = false, removesOrphans = false, renewsSecrets = false } = options;
  const obstacles: string[] = [];
  // Project `a` with service `b-c` and project `a-b` with service `c` have the same name for it.
  const refuseOther = (kind: 'service' | 'job', there: Service | Job | undefined) => {
    if (there && !isOfProject(there, desired.project)) {
      obstacles.push(
        `${kind} ${there.name} is there, and not of the project ${desired.project}: remove it, or give the project another name`,
      );
    }
  };
  const servicesByName = byName(stored.services);
  const jobsByName = byName(stored.jobs);
  const services = desired.services.map((what): ServiceStep => {
    const there = servicesByName.get(what.name);
    refuseOther('service', there);
    if (there?.status.state === 'removing')
      obstacles.push(`service ${what.name} is being removed: try again when it is gone`);
    const { fields, hidden } = there ? differences(wholeOf(what.spec), comparable(there)) : noDifferences;
    if (there && (there.replicas === 'global') !== (what.spec.replicas === 'global')) {
      obstacles.push(
        `service ${what.name} cannot become ${what.spec.replicas === 'global' ? '' : 'un'}global: remove it first`,
      );
    }
    const action = !there
      ? 'create'
      : fields.length > 0 || isForced
        ? 'change'
        : hidden.length > 0
          ? 'compare'
          : 'keep';
    return { kind: 'service', name: what.name, action, what, fields, hidden, there };
  });
  const jobs = desired.jobs.map((what): JobStep => {
    const there = jobsByName.get(what.name);
    refuseOther('job', there);
    if (there?.status.state === 'removing')
      obstacles.push(`job ${what.name} is being removed: try again when it is gone`);
    const { fields, hidden } = there ? differences(what.spec, comparableJob(there)) : noDifferences;
    const action = jobAction(there, fields, isForced);
    const isCompared = action === 'keep' && hidden.length > 0;
    return { kind: 'job', name: what.name, action: isCompared ? 'compare' : action, what, fields, hidden, there };
  });
  for (const { name } of services)
    if (jobsByName.has(name)) obstacles.push(`${name} is a job now and is to be a service: remove the job first`);
  for (const { name } of jobs)
    if (servicesByName.has(name))
      obstacles.push(`${name} is a service now and is to be a job: remove the service first`);
  const networks = desired.networks.map((what): NetworkStep => {
    const { name } = what.body;
    const there = stored.networks.filter((network) => network.name === name);
    if (what.isExternal && there.length === 0)
      obstacles.push(`network ${name} is external, and there is no such network`);
    const isOther = there.some(({ labels }) => labels[projectLabel] !== desired.project);
    if (!what.isExternal && isOther)
      obstacles.push(
        `network ${name} is there, and not of the project ${desired.project}: say external: true, or give it another name`,
      );
    const fields = what.isExternal || isOther || !there[0] ? [] : networkDifferences(what, there[0]);
    if (fields.length > 0)
      obstacles.push(
        `network ${name} is there with another ${fields.join(', ')}: a network cannot be changed, so take the project down first`,
      );
    const isOfMesh = there.some(({ scope }) => scope === 'swarm');
    if (what.engines && isOfMesh && !isOther)
      obstacles.push(`network ${name} is there over the mesh, and with --each it is none: take the project down first`);
    const engines = what.engines?.filter((id) => !there.some(({ engine }) => engine === id));
    const isThere = engines ? engines.length === 0 : there.length > 0;
    return { kind: 'network', name, action: isThere ? 'keep' : 'create', what, fields, engines };
  });
  const secretStep = (kind: SecretStep['kind'], what: DesiredSecret): SecretStep => {
    const there = stored.secrets.find(({ name }) => name === what.name);
    if (!there && what.value === undefined)
      obstacles.push(`${kind} ${what.name} is external, and there is no such secret`);
    if (there && what.value && there.labels?.[projectLabel] !== desired.project)
      obstacles.push(
        `secret ${what.name} is there, and not of the project ${desired.project}: say external: true, or give it another name`,
      );
    // The name of a config has the digest of its content.
    const isRenewed = renewsSecrets && what.value !== undefined && kind === 'secret';
    return { kind, name: what.name, action: !there ? 'create' : isRenewed ? 'change' : 'keep', what, fields: [] };
  };
  const secrets = desired.secrets.map((what) => secretStep('secret', what));
  const configs = desired.configs.map((what) => secretStep('config', what));
  const earlierConfigs = stored.secrets.flatMap(({ name, labels = {} }) => {
    const isOurs = labels[projectLabel] === desired.project && Object.hasOwn(labels, configLabel);
    return isOurs && desired.configs.every((config) => config.name !== name) ? [name] : [];
  });
  const desiredName = new Set([...desired.known]);
  const orphans = [
    ...stored.services.map(({ name }) => ['service', name] as const),
    ...stored.jobs.map(({ name }) => ['job', name] as const),
  ]
    .filter(([, name]) => !desiredName.has(name))
    .map(
      ([kind, name]): Orphan => ({
        kind,
        name,
        action: removesOrphans ? 'remove' : 'keep',
        what: undefined,
        fields: [],
      }),
    );
  return { networks, secrets, configs, services, jobs, orphans, earlierConfigs, obstacles };
}

function byName<T extends { readonly name: string }>(all: readonly T[]): ReadonlyMap<string, T> {
  return new Map(all.map((each) => [each.name, each]));
}

/** Whether there is nothing to do. */
export function isNothing({ networks, secrets, configs, services, jobs, orphans }: Changes): boolean {
  return [networks, secrets, configs, services, jobs, orphans].flat().every(({ action }) => action === 'keep');
}

/** A job that did not succeed as it is now runs again. */
function jobAction(there: Job | undefined, fields: readonly string[], isForced: boolean): Action {
  if (!there) return 'create';
  if (fields.length > 0) return 'change';
  const { last_run: last } = there.status;
  const isOfNow = last !== null && Date.parse(last.created_at) >= Date.parse(there.updated_at);
  const isFine = isOfNow && (last.state === 'succeeded' || last.state === 'running');
  return isFine && !isForced ? 'keep' : 'run';
}

/** With all that the server adds to what is asked for. */
export function wholeOf(spec: DesiredService['spec']): object {
  const { grace, shutdown_delay } = serviceDefaults;
  return { ...spec, grace, shutdown_delay };
}

function comparable({ image, replicas, update, grace, shutdown_delay, health, links = {} }: Service): object {
  const extra = { ...(health && { health }), ...(Object.keys(links).length > 0 && { links }) };
  return { image, replicas, update, grace, shutdown_delay, ...extra };
}

function comparableJob({ image, completions, parallelism, retries, schedule, timeout }: Job): object {
  return {
    image,
    completions,
    parallelism,
    retries,
    ...(schedule !== undefined && { schedule }),
    ...(timeout !== undefined && { timeout }),
  };
}

const encryption = 'encrypted';

function ownOf(values: Readonly<Record<string, string>> | undefined, key: string): string | undefined {
  return values && Object.hasOwn(values, key) ? values[key] : undefined;
}

function networkDifferences({ body }: DesiredNetwork, there: Stored['networks'][number]): string[] {
  const { internal = false, ipv6 = false, subnet, gateway, ip_range, options = {}, labels = {} } = body;
  const [first] = there.subnets;
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['internal', internal, there.internal],
    ['ipv6', ipv6, there.ipv6],
    ...(subnet === undefined ? [] : [['subnet', subnet, first?.subnet] as const]),
    ...(gateway === undefined ? [] : [['gateway', gateway, first?.gateway] as const]),
    ...(ip_range === undefined ? [] : [['ip_range', ip_range, first?.ip_range] as const]),
    // Docker adds options of its own, so that one that was taken away is told apart only where it is known.
    ...[...new Set([...Object.keys(options), encryption])].map(
      (key) => [`driver_opts.${key}`, ownOf(options, key), ownOf(there.options, key)] as const,
    ),
    ...Object.entries(labels).map(([key, label]) => [`labels.${key}`, label, ownOf(there.labels, key)] as const),
  ];
  return pairs.flatMap(([name, desiredName, found]) => (isDeepStrictEqual(desiredName, found) ? [] : [name]));
}
