import { Command, Option } from 'commander';
import type { Mesh } from '../api/mesh.ts';
import { type MeshManagers, meshManagers } from '../model/mesh.ts';
import { type ApiClient, ApiError } from './api-client.ts';
import { IncompleteOperation } from './exit-codes.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type ListFlags, withList } from './list/list-options.ts';
import { meshList } from './list/mesh-list.ts';
import { writeList } from './list/write-list.ts';
import { type OutputFlags, type Result, withJson, writeOutcome, writeResult } from './output.ts';
import { poll } from './poll.ts';
import { Progress, type ProgressMessage, type Snapshot } from './progress.ts';

interface WaitFlags extends OutputFlags {
  readonly detach?: boolean;
}

interface UpFlags extends WaitFlags {
  readonly managers?: string;
  readonly managersOn?: string;
}

/** Gives up waiting after this time without a change: Docker itself waits 20 s for a join. */
const maxStillMs = 60_000;
/** States that are not final. */
const underWay: ReadonlySet<string> = new Set(['joining', 'leaving']);

/** `mesh`: the engines that share networks. */
export function meshCommands(api: ApiClient, io: Io): Command {
  const mesh = new Command('mesh')
    .description('join the engines, for networks over all of them')
    .addHelpText('after', examples('satsuma mesh up --managers 3', 'satsuma mesh ls'));
  const words = paragraph(
    'The engines join in Swarm mode; Satsuma still places. Ports 2377/tcp, 7946/tcp, 7946/udp and 4789/udp must be open between them. ' +
      'Engines that are registered later join as well. Run it again to change the number of managers.',
  );
  withJson(mesh.command('up'))
    .description('join all engines, and those that come later')
    .addOption(
      new Option('--managers <count>', 'engines that manage it; a majority of them is needed for changes').choices(
        meshManagers.map(String),
      ),
    )
    .option('--managers-on <label>', 'only engines with this label become managers; "": any engine')
    .option('-d, --detach', 'do not wait')
    .addHelpText(
      'after',
      [words, examples('satsuma mesh up --managers 3', 'satsuma mesh up --managers 3 --managers-on core')].join('\n'),
    )
    .action(async ({ managers, managersOn, ...flags }: UpFlags) =>
      writeOutcome(
        io,
        flags,
        change(api, io, flags, () =>
          api('PUT', 'apiv1/mesh', {
            ...(managers !== undefined && { managers: Number(managers) as MeshManagers }),
            ...(managersOn !== undefined && { manager_label: managersOn }),
          }),
        ),
      ),
    );
  withList(mesh.command('ls'), meshList)
    .description('list the engines, how each is in the mesh, and what keeps it out')
    .addHelpText('after', examples('satsuma mesh ls', 'satsuma mesh ls --filter state=blocked'))
    .action(async (flags: ListFlags) => {
      const { data } = await api('GET', 'apiv1/mesh');
      await writeList(io, meshList, { rows: data.members }, flags);
      if (data.problem !== undefined) io.stderr(line`${data.problem}`);
    });
  withJson(mesh.command('rotate-tokens'))
    .description('replace the tokens with which engines join; members stay')
    .addHelpText('after', examples('satsuma mesh rotate-tokens'))
    .action(async ({ json }: OutputFlags) => {
      const { data } = await api('POST', 'apiv1/mesh/rotate-tokens');
      writeResult(io, { data, text: () => line`${data}` }, { json });
    });
  withJson(mesh.command('down'))
    .description('have all engines leave; what runs in networks over engines loses them')
    .option('-f, --force', 'although there are such networks; engines that do not answer are not waited for')
    .option('-d, --detach', 'do not wait')
    .addHelpText('after', examples('satsuma mesh down'))
    .action(async ({ force, ...flags }: WaitFlags & { readonly force?: boolean }) =>
      writeOutcome(
        io,
        flags,
        change(api, io, flags, () => api('DELETE', `apiv1/mesh?force=${force === true}`)),
      ),
    );
  return mesh;
}

async function change(
  api: ApiClient,
  io: Io,
  { detach, json }: WaitFlags,
  begin: () => Promise<{ readonly data: Mesh }>,
): Promise<Result> {
  const { data } = await begin();
  if (detach) return { data, text: () => line`${summary(data)}` };
  const progress = new Progress(io, { json });
  const goesOn = 'engines go on to join or leave; "satsuma mesh ls" says how far they are';
  let last: Mesh = data;
  let changedAt = performance.now();
  await poll(io, { goesOn }, async () => {
    const found = await current(api);
    if (!found) return true;
    if (JSON.stringify(found) !== JSON.stringify(last)) changedAt = performance.now();
    last = found;
    progress.show(snapshot(found));
    const isOver = !found.ending && !found.members.some(({ state }) => underWay.has(state)) && isManaged(found);
    if (performance.now() - changedAt > maxStillMs) throw stuck(found);
    return isOver || isStuck(found) ? true : undefined;
  });
  if (isStuck(last)) throw stuck(last);
  return {
    data: last,
    text: () => [line`${data.ending ? 'all engines have left the mesh' : summary(last)}`, ...problems(last)],
  };
}

function stuck(mesh: Mesh): IncompleteOperation {
  return new IncompleteOperation(4, [summary(mesh), ...problems(mesh)].join('\n'));
}

/** Undefined: the mesh is gone. */
async function current(api: ApiClient): Promise<Mesh | undefined> {
  try {
    return (await api('GET', 'apiv1/mesh')).data;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** The mesh has as many managers as possible. */
function isManaged({ managers, members }: Mesh): boolean {
  const ready = members.filter(({ state }) => state === 'ready');
  const able = ready.filter(({ may_manage }) => may_manage);
  const max = Math.min(managers, able.length);
  const count = ready.filter(({ role }) => role === 'manager').length;
  const ableCount = able.filter(({ role }) => role === 'manager').length;
  const isOnlyAble = count === ableCount || able.length === 0;
  return count <= managers && isOnlyAble && ableCount >= (max % 2 === 0 ? max - 1 : max);
}

/** Nothing will change without an operator. */
function isStuck({ members, problem, ending }: Mesh): boolean {
  // An engine that failed to join is retried, and is not waited for.
  const isMoving = members.some(({ state, problem }) => underWay.has(state) && problem === undefined);
  const couldNot = members.some(({ state }) => state === 'joining');
  return (
    !isMoving && (problem !== undefined || couldNot || (ending && members.some(({ state }) => state === 'unreachable')))
  );
}

function snapshot({ members }: Mesh): Snapshot {
  const sayings = new Map<string, ProgressMessage>(
    members.map(({ engine, state, role }) => [engine, { text: role === null ? state : `${state}, ${role}` }]),
  );
  return { text: [...sayings].map(([engine, { text }]) => line`${engine}: ${text}`), sayings };
}

function summary({ members }: Mesh): string {
  const count = (state: string) => members.filter((member) => member.state === state).length;
  const managers = members.filter(({ role, state }) => role === 'manager' && state === 'ready').length;
  return `${count('ready')} of ${members.length} engines are in the mesh, ${managers} of them manage it`;
}

function problems({ members, problem }: Mesh): string[] {
  const ofMembers = members.flatMap((member) =>
    member.problem === undefined ? [] : [line`engine ${member.engine}: ${member.problem}`],
  );
  return [...(problem === undefined ? [] : [line`${problem}`]), ...ofMembers];
}
