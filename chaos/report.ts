import type { ConnectionFigures, FailedConnection } from './connections.ts';
import { type Finding, short } from './finding.ts';
import type { ChaosOptions } from './options.ts';
import type { Recovery } from './recoveries.ts';
import type { Denial, RequestFigures } from './request-journal.ts';
import { type FaultKind, seconds } from './schedule.ts';

/** Maximum number of unexplained connections in the report. */
const namedConnections = 20;

/** The result of a run. */
export interface Outcome {
  readonly options: ChaosOptions;
  readonly durationMs: number;
  readonly requests: RequestFigures;
  readonly connections: ConnectionFigures;
  readonly faults: ReadonlyMap<FaultKind, number>;
  readonly recovered: readonly Recovery[];
  /** From the last healing until there were no findings. */
  readonly settledMs: number;
  readonly denials: readonly Denial[];
  /** The number of unexpected exits of servers. */
  readonly crashes: number;
  readonly findings: readonly Finding[];
  /** The folder for further analysis. */
  readonly evidence?: string;
}

/** Nothing was lost, doubled or leaked, no server crashed, and everything recovered. */
export function isWell({ findings, crashes, recovered }: Outcome): boolean {
  return findings.length === 0 && crashes === 0 && recovered.every(({ isDone }) => isDone);
}

/** The figures, then one line per finding. */
export function report(outcome: Outcome): string {
  const { options, requests, findings, denials } = outcome;
  const kinds = (['lost', 'doubled', 'leaked'] as const).map(
    (kind) => `${kind} ${findings.filter((each) => each.kind === kind).length}`,
  );
  return [
    `seed ${options.seed}, ${options.servers} servers, ${options.engines} engines, ${seconds(outcome.durationMs)}`,
    `requests      ${requests.requests}, acknowledged ${requests.acknowledged}`,
    `refused       ${listOf(requests.refused)}`,
    `no answer     ${listOf(requests.failed)}`,
    ...catalogue(outcome.connections),
    `faults        ${listOf(outcome.faults)}`,
    `recovery      ${slowest(outcome.recovered)}`,
    `settled       ${seconds(outcome.settledMs)} after the last healing`,
    `denied        ${denials.length} times an answer did without a container that was there`,
    `crashes       ${outcome.crashes}`,
    kinds.join(', '),
    ...findings.map(({ kind, sentence }) => `  ${kind}: ${sentence}`),
    ...(outcome.evidence === undefined ? [] : [`evidence in ${outcome.evidence}`]),
  ].join('\n');
}

function catalogue({ made, atOnce, late, unexplained }: ConnectionFigures): string[] {
  const failed = atOnce.length + late.length + unexplained.length;
  return [
    `catalogue     ${made} connections, ${failed} failed: ${atOnce.length} as their engine fell, ${late.length} later, ${unexplained.length} to engines that were well`,
    ...[...late, ...unexplained].slice(0, namedConnections).map(describe),
  ];
}

function describe({ service, container, engine, server, reportedMs, code }: FailedConnection): string {
  return `  ${seconds(reportedMs)}: server ${server} named ${short(container)} of ${service} on ${engine}: ${code}`;
}

/** Counts by code, such as 'port_taken 12, unschedulable 3'. */
function listOf(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  const total = sorted.reduce((sum, [, each]) => sum + each, 0);
  return total === 0 ? 'none' : `${total}: ${sorted.map(([what, each]) => `${what} ${each}`).join(', ')}`;
}

function slowest(recovered: readonly Recovery[]): string {
  const [longest] = [...recovered].sort((a, b) => b.ms - a.ms);
  if (!longest) return 'nothing to recover from';
  const gaveUp = recovered.filter(({ isDone }) => !isDone).length;
  const median = [...recovered].sort((a, b) => a.ms - b.ms)[recovered.length >> 1]?.ms ?? 0;
  const lines = `longest ${seconds(longest.ms)} (${longest.target}, after: ${longest.fault}), median ${seconds(median)}`;
  return gaveUp === 0 ? lines : `${lines}; never: ${gaveUp}`;
}
