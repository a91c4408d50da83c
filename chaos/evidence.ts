import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../example/lab/project-root.ts';
import type { Finding } from './finding.ts';
import type { Found } from './observation.ts';
import { type Outcome, report } from './report.ts';
import type { RequestJournal } from './request-journal.ts';
import { describeFault, type Fault } from './schedule.ts';
import type { TestCluster } from './test-cluster.ts';

export interface Evidence {
  readonly outcome: Outcome;
  /** The timeline of events. */
  readonly timeline: readonly string[];
  readonly schedule: readonly Fault[];
  readonly journal: RequestJournal;
  readonly found: Found;
}

const folder = join(projectRoot, '.lab/chaos-failed');

/** Saves everything needed to analyse a failure, by seed, and returns the folder. */
export async function keepEvidence(testCluster: TestCluster, evidence: Evidence): Promise<string> {
  const { outcome, timeline, schedule, journal, found } = evidence;
  const dir = join(folder, String(outcome.options.seed));
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  for (const { log, n } of testCluster.servers) await copyFile(log, join(dir, `server-${n}.log`));
  for (const [index] of testCluster.engines.entries()) {
    await copyFile(join(testCluster.lab.dir, `${index + 1}`, 'dockerd.log'), join(dir, `dockerd-${index + 1}.log`));
  }
  const logs = await Promise.all(
    testCluster.servers.map(async ({ n, log }) => ({ n, text: await readFile(log, 'utf8') })),
  );
  const traces = outcome.findings.map((finding) => traceOf(finding, journal, logs));
  const { runs, destroys, denials } = journal;
  await writeFile(join(dir, 'report.txt'), [report(outcome), '', ...timeline, '', ...traces, ''].join('\n'));
  await writeFile(join(dir, 'schedule.txt'), `${schedule.map(describeFault).join('\n')}\n`);
  await writeFile(join(dir, 'told.json'), JSON.stringify({ runs, destroys, denials }, undefined, 1));
  await writeFile(join(dir, 'found.json'), JSON.stringify(found, undefined, 1));
  return dir;
}

interface Log {
  readonly n: number;
  readonly text: string;
}

/** All log entries about the objects of a finding: from the clients' journal, then from each server's log. */
function traceOf({ kind, sentence, about }: Finding, journal: RequestJournal, logs: readonly Log[]): string {
  const named = about.filter((each) => each !== '');
  const books = [...journal.runs, ...journal.destroys].map((each) => JSON.stringify(each)).filter(speaksOf(named));
  // Logs also name a container by its reservation.
  const reservations = linesAbout(named, logs).flatMap((line) => /"reservationId":"([^"]+)"/.exec(line)?.[1] ?? []);
  const lines = linesAbout([...new Set([...named, ...reservations])], logs);
  return [`${kind}: ${sentence}`, ...books, ...lines].join('\n  ');
}

function linesAbout(names: readonly string[], logs: readonly Log[]): string[] {
  return logs.flatMap(({ n, text }) =>
    text
      .split('\n')
      .filter(speaksOf(names))
      .map((line) => `server ${n}: ${line}`),
  );
}

function speaksOf(names: readonly string[]): (text: string) => boolean {
  return (text) => names.some((name) => text.includes(name));
}
