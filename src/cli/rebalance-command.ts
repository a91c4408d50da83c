import { Command } from 'commander';
import type { ApiClient } from './api-client.ts';
import { decimal } from './engine-commands.ts';
import { NotDone } from './exit-codes.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { poll } from './poll.ts';
import { Progress } from './progress.ts';
import { planText, type Rebalance, type RebalancePlan, rebalanceSnapshot } from './rebalance-view.ts';

interface Flags {
  readonly dryRun?: boolean;
  readonly atOnce?: number;
  readonly detach?: boolean;
  readonly timeout?: number;
  readonly stop?: boolean;
  readonly json?: boolean;
}

const goesOn = 'the rebalance goes on; "satsuma rebalance --stop" ends it';

export function rebalanceCommand(api: ApiClient, io: Io): Command {
  return new Command('rebalance')
    .description('move replicas to where they would do better: each goes when its successor elsewhere is ready')
    .option('--dry-run', 'show the moves and what they gain; change nothing')
    .option('--at-once <count>', 'replicas that are moved at the same time', decimal)
    .option('-d, --detach', 'do not wait')
    .option('--timeout <seconds>', 'wait for so long at most', decimal)
    .option('--stop', 'end the rebalance that is under way: begin no more moves')
    .option('--json', 'the moves as the API answers')
    .addHelpText('after', '\nExamples:\n  satsuma rebalance --dry-run\n  satsuma rebalance --at-once 2')
    .action(async ({ dryRun, atOnce, detach, timeout, stop, json }: Flags) => {
      if (stop) await api('DELETE', 'apiv1/rebalance');
      else {
        const body = atOnce === undefined ? {} : { at_once: atOnce };
        const { data } = await (dryRun ? api('GET', 'apiv1/rebalance/plan') : api('POST', 'apiv1/rebalance', body));
        io.stdout(json ? `${JSON.stringify(data)}\n` : planText(data as RebalancePlan));
        if ((data as RebalancePlan).moves.length === 0) return;
      }
      if (!dryRun && !detach) await follow(api, io, timeout);
    });
}

/** Until nothing is under way. Throws `NotDone` where a replica could not be moved. */
async function follow(api: ApiClient, io: Io, timeoutSeconds: number | undefined): Promise<void> {
  const progress = new Progress(io);
  const { moves, state } = await poll(io, { goesOn, timeoutSeconds }, async () => {
    const { data } = await api('GET', 'apiv1/rebalance');
    const rebalance = data as Rebalance;
    progress.show(rebalanceSnapshot(rebalance));
    return rebalance.state === 'done' || rebalance.state === 'stopped' ? rebalance : undefined;
  });
  const count = (what: string) => moves.filter((move) => move.state === what).length;
  io.stdout(
    line`rebalance ${state}: ${count('done')} moved, ${count('skipped')} skipped, ${count('given up')} given up`,
  );
  if (count('given up') > 0) throw new NotDone(1, 'not every replica could be moved; those stay where they were');
}
