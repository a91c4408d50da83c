import { megabytes, cpus as readCpus } from '../application/amounts.ts';
import type { Fields } from '../application/value.ts';
import { given } from '../model/given.ts';
import type { ImageConfig } from '../model/image-config.ts';
import { requestOf } from './gpus.ts';
import { placementOf } from './placement.ts';
import { refusedOfDeploy } from './refused-keys.ts';
import { type Restart, restartOf, swarmRestart } from './restart.ts';
import { readUpdate, type UpdateOptions } from './update-policy.ts';

/** What a service says of how many there are, where, and how they are exchanged. */
export interface Deploy {
  readonly replicas: number | 'global';
  /** It is asked to run to its end. */
  readonly isJob: boolean;
  readonly restart: Restart | undefined;
  readonly update: UpdateOptions;
  readonly image: Partial<ImageConfig>;
}

const modes = ['replicated', 'global', 'replicated-job', 'global-job'] as const;

/** `deploy`, `scale` and `restart` of a service. `isEach`: each engine is to have it, whatever its mode. */
export function deployOf(service: Fields, name: string, isEach: boolean): Deploy {
  const fields = service.take('deploy')?.fields();
  const mode = fields?.take('mode');
  const word = mode?.oneOf(modes) ?? 'replicated';
  if (word === 'global-job') mode?.fail('is global-job, which is not done here: a job has a number of tasks');
  const replicas = fields?.take('replicas');
  const scale = service.take('scale');
  const count = replicas?.whole({ max: 10_000 });
  const scaled = scale?.whole({ max: 10_000 });
  if (count !== undefined && scaled !== undefined && count !== scaled)
    scale?.fail(`is ${scaled}, and deploy.replicas is ${count}`);
  if (word === 'global' && (replicas ?? scale))
    (replicas ?? scale)?.fail('cannot be with mode global, which has one on each engine');
  const desired = count ?? scaled ?? 1;
  if (isEach && word === 'replicated' && desired !== 1)
    (replicas ?? scale)?.fail(`is ${desired}, and --each makes one on each engine`);
  if (isEach && word === 'replicated-job')
    mode?.fail('is replicated-job, which runs on one engine: --each can have services alone');
  const restartField = service.take('restart');
  const restart = restartField && restartOf(restartField);
  const policy = fields?.take('restart_policy')?.fields();
  const update = readUpdate(fields);
  const resources = resourcesOf(fields?.take('resources')?.fields());
  const placement = placementOf(fields?.take('placement')?.fields(), name);
  fields?.finish(refusedOfDeploy);
  return {
    replicas: word === 'global' || (isEach && word === 'replicated') ? 'global' : desired,
    isJob: word === 'replicated-job',
    restart: policy ? swarmRestart(policy) : restart,
    update,
    image: { ...resources, ...placement },
  };
}

function resourcesOf(resources: Fields | undefined): Partial<ImageConfig> {
  const limits = resources?.take('limits')?.fields();
  const reserved = resources?.take('reservations')?.fields();
  resources?.finish();
  const size = (fields: Fields | undefined, key: string) => {
    const value = fields?.take(key);
    return value && megabytes(value);
  };
  const limit = limits?.take('cpus');
  const cpus = limit && readCpus(limit);
  const memory = size(limits, 'memory');
  const part = given({ cpus, memory, pids_limit: limits?.take('pids')?.whole({ min: -1 }) });
  limits?.finish();
  const desired = reserved?.take('cpus');
  const min = desired && readCpus(desired);
  if (min !== undefined && cpus === undefined)
    desired?.fail('needs limits.cpus beside it: Satsuma reserves the CPUs to which a container is limited');
  else if (min !== undefined && cpus !== undefined && min > cpus)
    desired?.fail(`is more than limits.cpus, which is ${cpus}`);
  // One rule for both: what is promised is what a container is limited to.
  const soft = reserved?.take('memory');
  const softMemory = soft && megabytes(soft);
  if (softMemory !== undefined && memory === undefined)
    soft?.fail(
      'needs limits.memory beside it: Satsuma reserves the memory to which a container is limited; mem_reservation is a soft limit that reserves nothing',
    );
  else if (softMemory !== undefined && memory !== undefined && softMemory > memory)
    soft?.fail(`is more than limits.memory, which is ${memory} MiB`);
  const devices = reserved?.take('devices');
  const kinds = new Set<string>();
  const counted = reserved
    ?.take('generic_resources')
    ?.list()
    ?.flatMap((each) => {
      const inner = each.fields();
      const spec = inner?.take('discrete_resource_spec')?.fields();
      const kind = spec?.take('kind')?.text();
      const amount = spec?.take('value')?.whole({ min: 1 });
      spec?.finish();
      inner?.finish();
      if (kind !== undefined && kinds.has(kind)) each.fail(`counts ${kind}, which is counted already`);
      if (kind !== undefined) kinds.add(kind);
      return kind === undefined || amount === undefined ? [] : [[kind, amount] as const];
    });
  const more = given({
    memory_reservation: softMemory,
    gpus: devices && requestOf(devices),
    resources: counted && Object.fromEntries(counted),
  });
  reserved?.finish();
  return { ...part, ...more };
}
