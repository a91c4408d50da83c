import { Command } from 'commander';
import type { Drain, DrainBlocker, DrainBody } from '../api/drain.ts';
import type { Job, Run, WholeRun } from '../api/job.ts';
import type { Replica, Service, ServiceMove } from '../api/service.ts';
import { visibleText } from '../model/visible-text.ts';
import { decimal } from '../run-options/numbers.ts';
import { type ApiClient, ApiError } from './api-client.ts';
import { IncompleteOperation, withLatest } from './exit-codes.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type OutputFlags, type Result, withJson, writeOutcome } from './output.ts';
import { poll } from './poll.ts';
import { Progress, type ProgressMessage, type Snapshot } from './progress.ts';
import { reasonLines } from './reason-lines.ts';
import { jobPath } from './wait-for-run.ts';
import { waitText } from './wait-text.ts';

interface Flags extends OutputFlags {
  readonly force?: boolean;
  readonly withVolumes?: boolean;
  readonly dryRun?: boolean;
  readonly detach?: boolean;
  readonly timeout?: number;
}

/** A remaining replica, and its progress. */
interface Remaining {
  readonly replica: string;
  readonly state: string;
  readonly successor: string;
  /** The move of its service with its volumes. */
  readonly move: ServiceMove | undefined;
}

export function drainCommand(api: ApiClient, io: Io): Command {
  return withJson(new Command('drain'))
    .description('drain an engine: each replica stops when its successor on another engine is ready')
    .argument('<engine>')
    .option('--force', 'even if some containers have to stay')
    .option('--with-volumes', 'stop replicas with volumes there, and move them with their data')
    .option('--dry-run', 'show what would move and what would stay; change nothing')
    .option('-d, --detach', 'do not wait')
    .option('--timeout <seconds>', 'maximum time to wait', decimal)
    .addHelpText('after', examples('satsuma drain web-1 && satsuma engine rm web-1'))
    .action((engine: string, flags: Flags) => writeOutcome(io, flags, drain({ api, io }, engine, flags)));
}

async function drain(
  { api, io }: { readonly api: ApiClient; readonly io: Io },
  engine: string,
  { force, withVolumes, dryRun, detach, timeout, json }: Flags,
): Promise<Result> {
  const data = dryRun
    ? (await api('GET', `apiv1/engine/${encodeURIComponent(engine)}/drain?with_volumes=${withVolumes === true}`)).data
    : await begin(api, engine, { force: force === true, with_volumes: withVolumes === true });
  const { moves, blocked, foreign } = data;
  if (!json) {
    for (const { container, to } of moves) io.stdout(line`${container} moves, probably to ${to}`);
    for (const { container, message } of blocked) io.stdout(line`${container} stays: ${message}`);
    for (const container of foreign) io.stdout(line`${container} stays: it was not started by Satsuma`);
  }
  if (detach || dryRun) return { data, text: () => [] };
  const goesOn = `the drain of ${engine} continues; "satsuma engine set ${engine} --status ok" stops it`;
  const progress = new Progress(io, { json });
  const staying = new Set(blocked.map(({ container }) => container));
  const waiting = poll(io, { goesOn, timeoutSeconds: timeout }, async () => {
    const left = await remaining(api, engine, staying);
    refuseFailedMove(engine, left);
    const tasks = await runningTasks(api, engine);
    progress.show(snapshot(engine, left, tasks));
    if (left.length === 0 && tasks.length === 0) return true;
    await refuseUse(api, engine, left.length + tasks.length);
    return undefined;
  });
  await withLatest(waiting, () => data);
  return { data, text: () => line`engine ${engine}: ${restText(data)}` };
}

function restText({ blocked, foreign }: Drain): string {
  const stay = blocked.length + foreign.length;
  return stay === 0 ? 'empty' : `empty but for ${stay === 1 ? '1 container' : `${stay} containers`}`;
}

async function begin(api: ApiClient, engine: string, body: DrainBody): Promise<Drain> {
  try {
    return (await api('POST', `${enginePath(engine)}/drain`, body)).data;
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 409 && Array.isArray(error.details))) throw error;
    const lines = (error.details as DrainBlocker[]).flatMap(({ container, message, details }) => [
      `  ${visibleText(`${container}: ${message}`)}`,
      ...reasonLines(details).map((reason) => `    ${reason}`),
    ]);
    throw new IncompleteOperation(
      4,
      [`engine ${engine} cannot be emptied; --force empties it but for`, ...lines].join('\n'),
    );
  }
}

/** Throws `NotDone` if a replica stays because its volumes could not be moved. */
function refuseFailedMove(engine: string, left: readonly Remaining[]): void {
  const stays = left.find(({ move }) => move?.from === engine && move.phase === 'failed');
  if (!stays?.move) return;
  const { to, message = '' } = stays.move;
  throw new IncompleteOperation(
    1,
    `${stays.replica} stays on engine ${engine}, and was not moved to ${to}: ${message}`,
  );
}

/** Throws `NotDone` if the engine was set active again. */
async function refuseUse(api: ApiClient, engine: string, left: number): Promise<void> {
  const { status } = (await api('GET', enginePath(engine))).data as { readonly status: string };
  if (status !== 'ok') return;
  const what = left === 1 ? '1 container' : `${left} containers`;
  throw new IncompleteOperation(4, `engine ${engine} was set active again by another user, with ${what} there`);
}

async function remaining(api: ApiClient, engine: string, staying: ReadonlySet<string>): Promise<Remaining[]> {
  const { data } = await api('GET', 'apiv1/services');
  return data.flatMap((service) =>
    service.status.replicas
      .filter((each) => each.engine === engine && !staying.has(each.name))
      .map((each) => ({
        replica: each.name,
        state: each.state,
        successor: successorOf(service, each),
        move: service.status.move,
      })),
  );
}

/** A drain stops no job tasks: the engine is empty when the last one has ended. */
async function runningTasks(api: ApiClient, engine: string): Promise<string[]> {
  const { data: jobs } = await api('GET', 'apiv1/jobs');
  const tasks: string[] = [];
  for (const { name, status } of jobs as Job[]) {
    if (status.state === 'idle') continue;
    const runs = await read<Run[]>(api, `${jobPath(name)}/runs`);
    for (const { run, ended_at } of runs ?? []) {
      if (ended_at !== null) continue;
      const whole = await read<WholeRun>(api, `${jobPath(name)}/runs/${run}`);
      const running = whole?.tasks.filter((task) => task.engine === engine && task.ended_at === null) ?? [];
      tasks.push(...running.map(({ slot, attempt }) => `${name}.${run}.${slot} (attempt ${attempt})`));
    }
  }
  return tasks;
}

/** Undefined: it was removed meanwhile. */
async function read<T>(api: ApiClient, path: string): Promise<T | undefined> {
  try {
    return (await api('GET', path)).data as T;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

function successorOf({ status }: Service, { slot, engine, state }: Replica): string {
  const successor = status.replicas.find((each) => each.slot === slot && each.engine !== engine);
  if (successor) return `its successor on ${successor.engine} is ${successor.state}`;
  if (state === 'moving') return `its volumes are moved to ${status.move?.to}`;
  const wait = status.waiting.find((each) => each.slot === slot);
  return wait ? `its successor waits: ${waitText(wait)}` : 'it has no successor yet';
}

function snapshot(engine: string, left: readonly Remaining[], tasks: readonly string[]): Snapshot {
  const rows = left.map(({ replica, state, successor }) => [replica, state, successor]);
  const table = { columns: ['REPLICA', 'STATE', { title: 'SUCCESSOR', kind: 'words' } as const], rows };
  const running = tasks.map((task) => line`task ${task} is still running`);
  return {
    text: [...(left.length === 0 ? [] : [line`${engine}: ${replicas(left.length)} left`, table]), ...running],
    sayings: new Map([
      ...left.map(({ replica, state, successor }): [string, ProgressMessage] => [
        replica,
        { text: `it is ${state}, and ${successor}`, farewell: 'has left' },
      ]),
      ...tasks.map((task): [string, ProgressMessage] => [
        `task ${task}`,
        { text: 'it is still running', farewell: 'has ended' },
      ]),
    ]),
  };
}

function replicas(count: number): string {
  return count === 1 ? '1 replica' : `${count} replicas`;
}

function enginePath(id: string): `apiv1/engine/${string}` {
  return `apiv1/engine/${encodeURIComponent(id)}`;
}
