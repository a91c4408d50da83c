import type { Range, Rebalance, RebalancePlan } from '../api/rebalance.ts';
import { visibleText } from '../model/visible-text.ts';
import { line } from './line.ts';
import type { Text } from './output.ts';
import type { ProgressMessage, Snapshot } from './progress.ts';

/** The planned moves, the replicas that stay, and the gain. */
export function planText({ moves, stays, gain: { before, after } }: RebalancePlan): Text {
  const staying = stays.map(({ service, replicas, message }) => {
    return line`${service}: ${replicas === 1 ? '1 replica stays' : `${replicas} replicas stay`}, ${message}`;
  });
  if (moves.length === 0) return `nothing to move: no replica would be better on another engine\n${staying.join('')}`;
  const rows = moves.map(({ service, slot, from, to, why }) => [`${service}.${slot}`, from, to, why]);
  const gained = [
    ['containers', rangeText(before.containers), rangeText(after.containers)],
    ['CPUs promised', percentText(before.cpu_percent), percentText(after.cpu_percent)],
    ['memory promised', percentText(before.memory_percent), percentText(after.memory_percent)],
  ];
  return [
    { columns: ['REPLICA', 'FROM', 'TO', { title: 'WHY', kind: 'words' }], rows },
    '\n',
    { columns: ['ON AN ENGINE', 'NOW', 'AFTER'], rows: gained },
    ...staying,
  ];
}

/** The progress of the moves. */
export function rebalanceSnapshot({ state, moves }: Rebalance): Snapshot {
  const text = (move: Rebalance['moves'][number]) =>
    move.reason === undefined ? move.state : `${move.state}: ${visibleText(move.reason)}`;
  const rows = moves.map((move) => [`${move.service}.${move.slot}`, move.from, move.to, text(move)]);
  const ended = moves.filter((move) => move.state !== 'waiting' && move.state !== 'moving').length;
  return {
    text: [
      line`rebalance ${state}: ${ended} of ${moves.length}`,
      { columns: ['REPLICA', 'FROM', 'TO', { title: 'STATE', kind: 'words' }], rows },
    ],
    sayings: new Map(
      moves.map((move): [string, ProgressMessage] => {
        return [`${move.service}.${move.slot} from ${move.from} to ${move.to}`, { text: text(move) }];
      }),
    ),
  };
}

function rangeText({ least, most }: Range, unit = ''): string {
  return least === most ? `${least}${unit}` : `${least}${unit} to ${most}${unit}`;
}

function percentText(range: Range): string {
  return rangeText(range, ' %');
}
