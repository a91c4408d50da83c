import type { Desired } from '../../compose/desired.ts';
import { type Changes, type JobStep, type Orphan, type ServiceStep, wholeOf } from '../../compose/plan-changes.ts';
import { secretBody } from '../../compose/secret-body.ts';
import { inParallel } from '../../runtime/in-parallel.ts';
import { ApiError } from '../api-client.ts';
import { type ExitCode, Reported } from '../exit-codes.ts';
import { isThere } from '../is-there.ts';
import { line } from '../line.ts';
import { poll, secondsUntil } from '../poll.ts';
import { reportError } from '../report-error.ts';
import { jobPath } from '../wait-for-run.ts';
import { servicePath } from '../wait-for-service.ts';
import { awaitDependency, type Waiting } from './await-dependency.ts';

interface Applying extends Waiting {
  readonly desired: Desired;
  readonly changes: Changes;
}

/** A dependency failed, which was reported already. */
class NotStarted extends Error {}

/**
 * Applies the changes: first removes orphans, then writes networks and secrets, then each service and job as soon as
 * its dependencies meet their conditions. Parts that do not depend on a failure continue. Throws `Reported` with the
 * worst exit code.
 */
export async function applyChanges(applying: Applying): Promise<void> {
  const { changes } = applying;
  // New parts may need the ports or volumes of removed ones.
  await all(
    applying,
    changes.orphans.filter(({ action }) => action === 'remove').map((orphan) => () => removeOrphan(applying, orphan)),
  );
  await all(applying, [
    ...changes.networks.map((step) => () => createNetwork(applying, step)),
    ...[...changes.secrets, ...changes.configs].map((step) => () => writeSecret(applying, step)),
  ]);
  const begun = new Map<string, Promise<void>>();
  const steps = new Map<string, ServiceStep | JobStep>(
    [...changes.services, ...changes.jobs].map((step) => [step.what.key, step]),
  );
  const begin = (step: ServiceStep | JobStep): Promise<void> => {
    const known = begun.get(step.what.key);
    if (known) return known;
    const work = inOrder(applying, step, steps, begin);
    begun.set(step.what.key, work);
    return work;
  };
  await all(
    applying,
    [...steps.values()].map((step) => () => begin(step)),
  );
  await all(
    applying,
    changes.earlierConfigs.map((name) => () => removeEarlierConfig(applying, name)),
  );
}

/** Earlier generations keep theirs, so that they can be rolled back to. */
async function removeEarlierConfig({ api }: Applying, name: string): Promise<void> {
  try {
    await api('DELETE', `apiv1/secret/${encodeURIComponent(name)}`);
  } catch (error) {
    if (!(error instanceof ApiError && [404, 409].includes(error.status))) throw error;
  }
}

async function removeOrphan({ api, io, say, endMs }: Applying, { kind, name }: Orphan): Promise<void> {
  const path: string = kind === 'service' ? servicePath(name) : jobPath(name);
  if (await isThere(api, path)) await api('DELETE', path);
  say(line`${kind} ${name}: being removed`);
  const timeoutSeconds = secondsUntil(endMs);
  const goesOn = `the removal of ${name} continues; run "satsuma compose up" again to continue`;
  await poll(io, { goesOn, timeoutSeconds }, async () => ((await isThere(api, path)) ? undefined : true));
}

async function inOrder(
  applying: Applying,
  step: ServiceStep | JobStep,
  steps: ReadonlyMap<string, ServiceStep | JobStep>,
  begin: (step: ServiceStep | JobStep) => Promise<void>,
): Promise<void> {
  if (step.action === 'keep') return;
  await Promise.all(
    step.what.dependsOn.map(async (dependency) => {
      const other = steps.get(dependency.key);
      try {
        if (other) await begin(other).catch((cause) => Promise.reject(new NotStarted(other.name, { cause })));
        await awaitDependency(applying, step.name, dependency, other?.kind === 'job');
      } catch (error) {
        const what = dependency.isOptional ? 'continues without' : 'is unchanged, because it depends on';
        applying.say(line`${step.name}: ${what} ${dependency.name}`);
        if (!dependency.isOptional) throw error;
      }
    }),
  );
  if (step.kind === 'service') await writeService(applying, step);
  else await writeJob(applying, step);
  await keepConfigs(applying, step);
}

/**
 * Another `up` of the project, with other files, removes configs that nothing uses: also one that this `up` had written
 * just before what uses it. From now on it is in use, and stays.
 */
async function keepConfigs(applying: Applying, { what }: ServiceStep | JobStep): Promise<void> {
  const { api, changes } = applying;
  const used = new Set(what.spec.image.secrets?.map(({ name }) => name));
  for (const step of changes.configs.filter(({ name }) => used.has(name))) {
    if (step.what.value === undefined || (await isThere(api, `apiv1/secret/${encodeURIComponent(step.name)}`)))
      continue;
    try {
      await writeSecret(applying, { ...step, action: 'create' });
    } catch (error) {
      // The other one has written it again.
      if (!(error instanceof ApiError && error.status === 409)) throw error;
    }
  }
}

async function writeService({ api, say }: Applying, step: ServiceStep): Promise<void> {
  const { name, action, what, there, fields } = step;
  const body = wholeOf(what.spec);
  if (action === 'create') {
    await api('POST', 'apiv1/service', { name, ...body });
    say(line`service ${name}: created`);
    return;
  }
  // Fields that the files do not set are removed. Without a difference, the request is to replace the replicas.
  const isForced = action === 'change' && fields.length === 0;
  const hasLinks = Object.keys(there?.links ?? {}).length > 0;
  const more = {
    health: null,
    ...(hasLinks && { links: {} }),
    generation: there?.generation,
    ...(isForced && { force: true }),
  };
  const { data } = await api('PUT', servicePath(name), { ...body, ...more });
  say(line`service ${name}: ${data.generation === there?.generation ? 'unchanged' : 'changed'}`);
}

async function writeJob({ api, say }: Applying, step: JobStep): Promise<void> {
  const { name, action, what, there, fields, hidden = [] } = step;
  if (action === 'create') {
    await api('POST', 'apiv1/job', { name, ...what.spec });
    say(line`job ${name}: begins`);
    return;
  }
  let isOther = false;
  if (fields.length > 0 || hidden.length > 0) {
    const { data } = await api('PUT', jobPath(name), { ...what.spec, schedule: null, timeout: null });
    isOther = data.updated_at !== there?.updated_at;
  }
  // Only the server can tell whether a hidden value differs.
  if (action === 'compare' && !isOther) return say(line`job ${name}: unchanged`);
  await api('POST', `${jobPath(name)}/run`);
  say(line`job ${name}: begins${isOther ? ', as it is now' : ' again'}`);
}

async function createNetwork(
  { api, say }: Applying,
  { name, action, what, engines }: Changes['networks'][number],
): Promise<void> {
  if (action !== 'create') return;
  const bodies = engines?.map((scope) => ({ ...what.body, scope })) ?? [what.body];
  await inParallel(bodies, atOnce, (body) => api('POST', 'apiv1/network', body));
  say(engines ? line`network ${name}: created on ${engines.join(', ')}` : line`network ${name}: created`);
}

async function writeSecret(
  { api, say, desired }: Applying,
  { kind, name, action, what }: Changes['secrets'][number],
): Promise<void> {
  if (action === 'keep' || what.value === undefined) return;
  const owner = [...desired.services, ...desired.jobs].find(({ spec }) => spec.image.project)?.spec.image.project;
  const body = secretBody(kind, what, what.value, { project: desired.project, owner });
  const { value_base64 } = body;
  if (action === 'create') await api('POST', 'apiv1/secret', body);
  else await api('PUT', `apiv1/secret/${encodeURIComponent(name)}`, { value_base64 });
  say(line`${kind} ${name}: ${action === 'create' ? 'created' : 'has the value of the file'}`);
}

/** Engines on which a network is made at the same time. */
const atOnce = 16;

const severity: readonly ExitCode[] = [0, 3, 4, 5, 2, 6, 1, 130];

/** Runs all concurrently, and reports each failure once. Throws `Reported`. */
async function all({ io }: Applying, work: readonly (() => Promise<void>)[]): Promise<void> {
  const settled = await Promise.allSettled(work.map((each) => each()));
  const reasons = new Set(settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : [])));
  const codes = [...reasons].flatMap((error) => (error instanceof NotStarted ? [] : [reportError(io, error)]));
  if (codes.length === 0) return;
  throw new Reported(codes.reduce((a, b) => (severity.indexOf(b) > severity.indexOf(a) ? b : a)));
}
