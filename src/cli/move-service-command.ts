import { Command } from 'commander';
import type { MoveServiceBody, Service, ServiceMove } from '../api/service.ts';
import { decimal } from '../run-options/numbers.ts';
import type { ApiClient } from './api-client.ts';
import { IncompleteOperation, withLatest } from './exit-codes.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type OutputFlags, type Result, withJson, writeOutcome } from './output.ts';
import { poll } from './poll.ts';
import { Progress, type Snapshot } from './progress.ts';
import { readService, servicePath } from './wait-for-service.ts';

interface Flags extends OutputFlags {
  readonly to?: string;
  readonly from?: string;
  readonly replaceVolumes?: boolean;
  readonly rmVolumes?: boolean;
  readonly leavePaths?: boolean;
  readonly stop?: boolean;
  readonly detach?: boolean;
  readonly timeout?: number;
}

const note = [
  'The replicas on one engine are stopped, their volumes copied and compared, and started on the other engine.',
  'If they are not healthy there, they are started again where they were.',
  'The old volumes are kept unless --rm-volumes removes them.',
].join(' ');

export function moveServiceCommand(api: ApiClient, io: Io): Command {
  return withJson(new Command('move'))
    .description('move the replicas of a service to another engine, with their volumes')
    .argument('<name>')
    .option('--to <engine>', 'the other engine')
    .option('--from <engine>', 'the engine of the replicas; optional if all are on one')
    .option('--rm-volumes', 'remove the volumes on the first engine at the end')
    .option('--replace-volumes', 'remove volumes of the same names on the other engine first')
    .option('--leave-paths', 'even if it mounts host paths, which are not copied')
    .option('--stop', 'stop the active move: the replicas stay on their engine')
    .option('-d, --detach', 'do not wait')
    .option('--timeout <seconds>', 'maximum time to wait', decimal)
    .addHelpText('after', paragraph(note))
    .addHelpText('after', examples('satsuma service move db --to web-2', 'satsuma service move db --stop'))
    .action((name: string, flags: Flags) => writeOutcome(io, flags, move({ api, io }, name, flags)));
}

async function move(
  { api, io }: { readonly api: ApiClient; readonly io: Io },
  name: string,
  flags: Flags,
): Promise<Result> {
  const begun = await begin(api, name, flags);
  if (flags.detach) return { data: begun, text: () => line`${name}: ${begun.status.move?.phase ?? ''}` };
  const { timeout: timeoutSeconds, json, stop: isStopped = false } = flags;
  const goesOn = `the move of ${name} continues; "satsuma service move ${name} --stop" stops it`;
  const progress = new Progress(io, { json });
  let seen = begun;
  const waiting = poll(io, { goesOn, timeoutSeconds }, async () => {
    seen = await readService(api, name);
    const { move: known } = seen.status;
    // The move was replaced by another one.
    if (!known || known.started_at !== begun.status.move?.started_at) return seen;
    progress.show(snapshot(name, known));
    if (known.phase === 'failed' && !isStopped) throw new IncompleteOperation(1, failure(name, known));
    return known.phase === 'done' || known.phase === 'failed' ? seen : undefined;
  });
  await withLatest(waiting, () => seen);
  return { data: seen, text: () => outcome(name, seen.status.move) };
}

async function begin(api: ApiClient, name: string, flags: Flags): Promise<Service> {
  const path = `${servicePath(name)}/move`;
  if (flags.stop) return (await api('DELETE', path)).data as Service;
  if (flags.to === undefined) throw new IncompleteOperation(2, 'to which engine? --to ENGINE');
  const body: MoveServiceBody = {
    to: flags.to,
    ...(flags.from !== undefined && { from: flags.from }),
    ...(flags.replaceVolumes && { replace_volumes: true }),
    ...(flags.rmVolumes && { remove_volumes: true }),
    ...(flags.leavePaths && { leave_paths: true }),
  };
  return (await api('POST', path, body)).data as Service;
}

function outcome(name: string, move: ServiceMove | undefined): string {
  if (!move) return line`${name}`;
  if (move.phase === 'failed') return line`${name} stays on engine ${move.from}: ${move.message ?? ''}`;
  const rest = move.message === undefined ? '' : `; ${move.message}`;
  return line`${name} moved to engine ${move.to} with ${volumes(move)}${rest}`;
}

function failure(name: string, { from, to, message = '' }: ServiceMove): string {
  return line`service ${name} stays on engine ${from}, and was not moved to ${to}: ${message}`;
}

function volumes({ volumes: names }: ServiceMove): string {
  return names.length === 1 ? `volume ${names[0]}` : `volumes ${names.join(', ')}`;
}

const words: Partial<Record<ServiceMove['phase'], string>> = {
  preparing: 'preparing: it keeps running meanwhile',
  stopping: 'being stopped',
  copying: 'copying and comparing its volumes',
  starting: 'being started',
  finishing: 'ready; the old replicas are being removed',
  returning: 'going back',
};

function snapshot(name: string, { phase, from, to, message }: ServiceMove): Snapshot {
  const resultText = `${words[phase] ?? phase}${message === undefined ? '' : `: ${message}`}`;
  return {
    text: [line`${name} from ${from} to ${to}: ${resultText}`],
    sayings: new Map([[name, { text: resultText }]]),
  };
}
