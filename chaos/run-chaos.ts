import { setMaxListeners } from 'node:events';
import { Random } from '../bench/random.ts';
import { runClient } from './client.ts';
import { affectsEngine, type FaultPeriod, judgeConnections } from './connections.ts';
import { keepEvidence } from './evidence.ts';
import { FaultRegistry } from './fault-registry.ts';
import type { ChaosOptions } from './options.ts';
import { pause } from './pause.ts';
import { Planner } from './planner.ts';
import { Poller } from './poller.ts';
import { Recoveries } from './recoveries.ts';
import { isWell, type Outcome } from './report.ts';
import { count, RequestJournal } from './request-journal.ts';
import { runFaults } from './run-faults.ts';
import { describeFault, drawSchedule, type Fault, type FaultKind, seconds } from './schedule.ts';
import { settle } from './settle.ts';
import { type TestCluster, withTestCluster } from './test-cluster.ts';

const progressMs = 5_000;

export interface RunContext {
  /** The name of the lab, and of the folder of the servers' logs. */
  readonly name: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** One run: builds everything, runs clients and faults, heals, checks, and takes everything down. */
export async function runChaos(options: ChaosOptions, context: RunContext): Promise<Outcome> {
  return await withTestCluster(context.name, options, async (testCluster) => {
    context.say(
      `seed ${options.seed}: ${options.servers} servers, ${options.engines} engines, ${options.clients} clients and a planner of services`,
    );
    return await runOn(testCluster, options, context);
  });
}

async function runOn(testCluster: TestCluster, options: ChaosOptions, context: RunContext): Promise<Outcome> {
  const schedule = drawSchedule(options);
  for (const fault of schedule) context.say(`  ${describeFault(fault)}`);
  const journal = new RequestJournal();
  const { faults, timeline, recoveries, connections } = await runClientsAndFaults(
    testCluster,
    { options, schedule, journal },
    context,
  );
  const [durationMs, healedAt] = [journal.nowMs(), performance.now()];
  context.say(`everything is healed after ${seconds(durationMs)}`);
  const recovered = await recoveries.all();
  const { findings, found, calmAt } = await settle(testCluster, journal, context);
  const outcome: Outcome = {
    options,
    durationMs,
    requests: journal.figures(),
    connections,
    faults,
    recovered,
    settledMs: Math.max(0, calmAt - healedAt),
    denials: journal.denials,
    crashes: testCluster.servers.reduce((sum, { crashes }) => sum + crashes, 0),
    findings,
  };
  // An unexplained failed connection does not fail the run, but is worth an analysis.
  if (isWell(outcome) && connections.unexplained.length === 0) return outcome;
  return { ...outcome, evidence: await keepEvidence(testCluster, { outcome, timeline, schedule, journal, found }) };
}

interface Play {
  readonly options: ChaosOptions;
  readonly schedule: readonly Fault[];
  readonly journal: RequestJournal;
}

/** Returns when the time is over, everything is healed and every client has its last answer. */
async function runClientsAndFaults(
  testCluster: TestCluster,
  { options, schedule, journal }: Play,
  { say, signal }: RunContext,
) {
  const registry = new FaultRegistry();
  const recoveries = new Recoveries({ testCluster, registry, journal, signal });
  const faults = new Map<FaultKind, number>();
  const timeline = [`${new Date().toISOString()} begins`];
  const moments = { begun: [] as FaultPeriod[], healed: [] as FaultPeriod[] };
  const report = (fault: Fault, what: 'begins' | 'is healed') => {
    const engine = testCluster.engines[fault.n - 1]?.id ?? '';
    if (affectsEngine(fault)) moments[what === 'begins' ? 'begun' : 'healed'].push({ engine, atMs: journal.nowMs() });
    timeline.push(`${seconds(journal.nowMs())} ${describeFault(fault)} ${what}`);
    if (what === 'begins') count(faults, fault.kind);
    else recoveries.watch(fault);
  };
  const progress = setInterval(() => {
    const { requests, acknowledged } = journal.figures();
    const trouble = registry.atFault().join(', ') || 'nobody';
    say(`${seconds(journal.nowMs())}: ${requests} requests, ${acknowledged} acknowledged; at fault: ${trouble}`);
  }, progressMs);
  try {
    const closing = new AbortController();
    const isOver = AbortSignal.any([signal, closing.signal]);
    // Every client and every fault adds a listener.
    setMaxListeners(0, signal, isOver);
    const clients = Array.from({ length: options.clients }, (_, index) => {
      const random = new Random(options.seed * 1_000 + index);
      return runClient({ name: `client${index + 1}`, testCluster, journal, random }, isOver);
    });
    const planner = new Planner({ testCluster, journal, random: new Random(options.seed * 1_000 + options.clients) });
    const poller = new Poller({ testCluster, journal, random: new Random(options.seed * 1_000 + options.clients + 1) });
    const played = Promise.all([...clients, planner.play(isOver), poller.play(isOver)]);
    // After an interruption they are not waited for, and their failures do not matter.
    played.catch(() => undefined);
    const flush = () => journal.lose(() => testCluster.redis.send('FLUSHALL'));
    const faultRun = runFaults(schedule, { victims: { ...testCluster, flush }, registry, report }, isOver);
    faultRun.catch(() => closing.abort());
    await pause(options.durationMs, isOver);
    closing.abort();
    await faultRun;
    if (signal.aborted) throw new Error('interrupted');
    await played;
    await planner.insist(isOver);
    return { faults, timeline, recoveries, connections: judgeConnections(poller.made, poller.failed, moments) };
  } finally {
    clearInterval(progress);
  }
}
