import type { Job } from '../../src/api/job.ts';
import type { Service } from '../../src/api/service.ts';
import type {
  TranslatedCompose,
  TranslatedDependency,
  TranslatedJob,
  TranslatedService,
} from '../../src/api/translate.ts';
import { ApiFailure, call } from '../api.ts';

/** Looked at again so long after it was not ready. */
const againMs = 1000;

type PartState = 'waits' | 'created' | 'there' | 'failed';

export interface Created {
  /** `service web`: names are those of a kind. */
  readonly part: string;
  readonly state: PartState;
  /** What it waits for, or why it failed. */
  readonly text?: string;
}

/**
 * Creates networks and secrets, and then each job and service as soon as what it depends on is as it is to be. What is
 * there already stays. What fails is said, and what depends on it is not created.
 */
export async function createParts(
  { networks, secrets, jobs, services }: TranslatedCompose,
  say: (created: Created) => void,
  signal: AbortSignal,
): Promise<void> {
  const make = async (part: string, create: () => Promise<unknown>) => {
    try {
      await create();
      say({ part, state: 'created' });
    } catch (error) {
      const { message } = error as Error;
      const isThere = error instanceof ApiFailure && error.status === 409;
      say({ part, state: isThere ? 'there' : 'failed', text: message });
      if (!isThere) throw error;
    }
  };
  const grounds = [
    ...networks.flatMap(({ external, body }) =>
      external ? [] : [make(`network ${body.name}`, () => call('POST', 'apiv1/network', body, signal))],
    ),
    ...secrets.flatMap(({ name, body }) =>
      body ? [make(`secret ${name}`, () => call('POST', 'apiv1/secret', body, signal))] : [],
    ),
  ];
  await allOf(grounds);
  const parts = new Map<string, Part>([
    ...jobs.map((each): [string, Part] => [each.body.name, { kind: 'job', ...each }]),
    ...services.map((each): [string, Part] => [each.body.name, { kind: 'service', ...each }]),
  ]);
  const begun = new Map<string, Promise<void>>();
  const begin = (part: Part): Promise<void> => {
    const { name } = part.body;
    const known = begun.get(name) ?? inOrder(part);
    begun.set(name, known);
    return known;
  };
  const inOrder = async (part: Part) => {
    const title = `${part.kind} ${part.body.name}`;
    if (part.depends_on.length > 0)
      say({ part: title, state: 'waits', text: part.depends_on.map(({ name }) => name).join(', ') });
    await Promise.all(
      part.depends_on.map(async (dependency) => {
        const other = parts.get(dependency.name);
        try {
          if (other) await begin(other);
          await until(() => isMet(dependency, other?.kind === 'job', signal), signal);
        } catch (error) {
          if (dependency.optional && !signal.aborted) return;
          say({ part: title, state: 'failed', text: `${dependency.name}: ${(error as Error).message}` });
          throw error;
        }
      }),
    );
    await make(title, () =>
      part.kind === 'job'
        ? call('POST', 'apiv1/job', part.body, signal)
        : call('POST', 'apiv1/service', part.body, signal),
    );
  };
  await allOf([...parts.values()].map(begin));
}

type Part = ({ readonly kind: 'job' } & TranslatedJob) | ({ readonly kind: 'service' } & TranslatedService);

/** All of them are ended before the first failure is thrown. */
async function allOf(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

/** Throws where it cannot come to that any more. */
async function isMet({ name, condition }: TranslatedDependency, isJob: boolean, signal: AbortSignal): Promise<boolean> {
  const path = encodeURIComponent(name);
  if (isJob) return isJobMet(await call('GET', `apiv1/job/${path}`, undefined, signal), condition);
  return isServiceMet(await call('GET', `apiv1/service/${path}`, undefined, signal), condition);
}

function isServiceMet(
  { status: { wanted, ready, replicas } }: Pick<Service, 'status'>,
  condition: TranslatedDependency['condition'],
): boolean {
  if (condition === 'service_started') return wanted === 0 || replicas.some(({ container }) => container !== null);
  return wanted > 0 && ready >= wanted;
}

function isJobMet({ status }: Pick<Job, 'status'>, condition: TranslatedDependency['condition']): boolean {
  const last = status.last_run;
  if (!last) return false;
  if (condition === 'service_started' || last.state === 'succeeded') return true;
  if (last.state === 'running') return false;
  throw new Error(`run ${last.run} ${last.state}`);
}

async function until(check: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!(await check())) {
    await new Promise((resolve) => setTimeout(resolve, againMs));
    signal.throwIfAborted();
  }
}
