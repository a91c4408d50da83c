import { Command } from 'commander';
import type { Rebalance, RebalancePlan } from '../api/rebalance.ts';
import { decimal, whole } from '../run-options/numbers.ts';
import type { ApiClient } from './api-client.ts';
import { IncompleteOperation, withLatest } from './exit-codes.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type OutputFlags, type Result, withTable, writeOutcome, writeText } from './output.ts';
import { poll } from './poll.ts';
import { Progress } from './progress.ts';
import { planText, rebalanceSnapshot } from './rebalance-view.ts';

interface Flags extends OutputFlags {
  readonly dryRun?: boolean;
  readonly atOnce?: number;
  readonly detach?: boolean;
  readonly timeout?: number;
  readonly stop?: boolean;
}

const goesOn = 'the rebalance continues; "satsuma rebalance --stop" stops it';

const why = paragraph(
  'WHY: what the move gains. A scheduler that ranks engines counts what speaks against each: soft constraints that are ' +
    'not met, or replicas of the same service in the same zone. Less is better.',
);

export function rebalanceCommand(api: ApiClient, io: Io): Command {
  return withTable(new Command('rebalance'))
    .description('move replicas to better engines: each stops when its successor is ready')
    .option('--dry-run', 'show the moves and what they gain; change nothing')
    .option('--at-once <count>', 'maximum number of concurrent moves', whole)
    .option('-d, --detach', 'do not wait')
    .option('--timeout <seconds>', 'maximum time to wait', decimal)
    .option('--stop', 'stop the active rebalance: start no more moves')
    .addHelpText('after', [why, examples('satsuma rebalance --dry-run', 'satsuma rebalance --at-once 2')].join('\n'))
    .action((flags: Flags) => writeOutcome(io, flags, rebalance(api, io, flags)));
}

async function rebalance(api: ApiClient, io: Io, flags: Flags): Promise<Result> {
  const { dryRun, atOnce, detach, stop, json } = flags;
  const begin = () => api('POST', 'apiv1/rebalance', atOnce === undefined ? {} : { at_once: atOnce });
  const { data } = await (stop
    ? api('DELETE', 'apiv1/rebalance')
    : dryRun
      ? api('GET', 'apiv1/rebalance/plan')
      : begin());
  if (!stop && !json) writeText(io, planText(data as RebalancePlan), flags);
  const isOver = !stop && (data as RebalancePlan).moves.length === 0;
  return isOver || dryRun || detach ? { data, text: () => [] } : await follow(api, io, flags);
}

/** Waits until no move is active. Throws `NotDone` if a replica could not be moved. */
async function follow(api: ApiClient, io: Io, { timeout, json }: Flags): Promise<Result> {
  const progress = new Progress(io, { json });
  let seen: Rebalance | undefined;
  const waiting = poll(io, { goesOn, timeoutSeconds: timeout }, async () => {
    seen = (await api('GET', 'apiv1/rebalance')).data as Rebalance;
    progress.show(rebalanceSnapshot(seen));
    return seen.state === 'done' || seen.state === 'stopped' ? seen : undefined;
  });
  const data = await withLatest(waiting, () => seen);
  const count = (what: string) => data.moves.filter((move) => move.state === what).length;
  const counts = `${count('done')} moved, ${count('skipped')} skipped, ${count('given up')} given up`;
  const text = line`rebalance ${data.state}: ${counts}`;
  if (count('given up') === 0) return { data, text: () => text };
  if (!json) io.stdout(text);
  throw new IncompleteOperation(1, 'not every replica could be moved; those stay where they were', undefined, data);
}
