import { minLeaveMs, routedPorts } from '../../decisions/domains/routed-services.ts';
import { restoreWindowLeftMs } from '../../decisions/restore-window.ts';
import { type Decision, decide, type Retirement, type Start } from '../../decisions/services/decide.ts';
import { fallbackTemplate, settledTemplates } from '../../decisions/services/fallback-templates.ts';
import { heldReplicas, movingSlots } from '../../decisions/services/moves.ts';
import type { ReplicaView } from '../../decisions/services/replica-view.ts';
import { advance, currentRollout, isDone, mustRollBack } from '../../decisions/services/rollout.ts';
import type { Situation } from '../../decisions/services/situation.ts';
import { fullnessFor, heldSlots, nothingKnown, slotsOf, surveyReplicas } from '../../decisions/services/survey.ts';
import {
  isFaultOfReplica,
  isForRoom,
  presentWaits,
  retainWaits,
  shareReason,
  waitAfter,
  waitMs,
} from '../../decisions/services/waits.ts';
import type { ReplicaMark, Rollout, ServiceRecord, ServiceStatus, SlotWait } from '../../model/service.ts';
import { isMoveOver } from '../../model/service-move.ts';
import { timestamp } from '../../state/clock.ts';
import type { Fence } from '../../store/store.ts';
import { PlacementRetries } from '../placement-retries.ts';
import { markOf } from './finding.ts';
import { followLinks } from './follow-links.ts';
import { forgetService } from './forget-service.ts';
import { lastFailuresNow } from './last-failures.ts';
import { type ExecutorContext, ReplicaExecutor } from './replica-executor.ts';
import { ReplicaProbes } from './replica-probes.ts';
import { rollBackToStable } from './roll-back.ts';
import { StatusRecord } from './status-record.ts';
import { Templates } from './templates.ts';

const globalTries = 32;

/**
 * Reconciles one service while this server leads. Each pass compares the actual with the desired state. Decisions are
 * written under the fence before they are carried out, so that a new leader continues from there: a start by its
 * reservation, all others by the status.
 */
export class ServiceReconciler {
  readonly #name: string;
  readonly #context: ExecutorContext;
  readonly #probes: ReplicaProbes;
  readonly #executor: ReplicaExecutor;
  #status: ServiceStatus;
  readonly #record: StatusRecord;
  readonly #templates: Templates;
  #roomTries: PlacementRetries | undefined;
  /** The last generation for which every replica was present. */
  #wholeOf = 0;
  #isSettled = false;
  #isMoving = false;

  constructor(name: string, context: ExecutorContext) {
    this.#name = name;
    this.#context = context;
    this.#templates = new Templates(context.cluster, name);
    this.#probes = new ReplicaProbes(context.cluster, context.wake, () => routedPorts(context.cluster, name));
    this.#executor = new ReplicaExecutor(name, context, (launched) => this.#probes.launched(launched));
    this.#status = context.cluster.cache.serviceStatuses.get(name)?.value ?? nothingKnown;
    this.#record = new StatusRecord(context.cluster, name, this.#status);
  }

  /** Whether a step that depends on time alone is pending. */
  get isBusy(): boolean {
    const { waiting, replicas, rollout } = this.#status;
    const marks = Object.values(replicas);
    const isUnsettled = marks.some((mark) => mark.phase !== 'ready' || !mark.isSettled);
    return (
      this.#isMoving ||
      isUnsettled ||
      Object.keys(waiting).length > 0 ||
      !rollout ||
      !isDone(rollout) ||
      this.#executor.starting.size > 0
    );
  }

  /** The desired state is reached: only a change or a health check needs another pass. */
  get isSettled(): boolean {
    return this.#isSettled && !this.isBusy;
  }

  /** Milliseconds until the next health check. */
  get dueInMs(): number {
    return this.#probes.dueAt - this.#context.cluster.clock.steadyMs();
  }

  /** Throws `reservation_lost` if another server leads now, and errors of the store. */
  async pass(record: ServiceRecord, fence: Fence): Promise<void> {
    const { cluster } = this.#context;
    this.#isSettled = false;
    if (await followLinks(cluster, this.#name, record, fence)) return;
    const now = cluster.clock.steadyMs();
    const marked = this.#takeIn(record);
    const replicas = surveyReplicas(cluster, this.#name, { record, status: marked });
    const waits = new Map(
      Object.entries(marked.waiting).map(([slot, wait]) => [slot, { ...wait, notBefore: this.#endOf(wait) }]),
    );
    const facts = { replicas, starting: this.#executor.starting, waits };
    const slots = slotsOf(cluster, record, facts);
    const { rollout } = marked;
    const isUpdating = !record.isPaused && rollout.state !== 'paused';
    const moving = movingSlots(record);
    const decision = decide({
      ...{ record, slots, ...facts, isUpdating, moving, now },
      held: heldSlots(cluster, record, slots),
      fullness: fullnessFor(cluster, record.spec.image),
      waits: this.#heldBack(record, slots, waits),
      fallbackTemplate: (slot) => fallbackTemplate(slot, record, marked),
    });
    if (decision.isWhole) this.#wholeOf = record.generation;
    const status = this.#after(record, { marked, replicas, slots, decision, now });
    const written = this.#record.put(status, { isWhole: decision.isWhole, now, fence });
    if (status.rollout && mustRollBack(status.rollout, record)) {
      await written;
      this.#status = status;
      return await rollBackToStable(cluster, this.#name, record, { stable: status.rollout.stable, fence });
    }
    // A reservation is the record of its start, under the same fence: it shares the wait for the disk with the status.
    this.#start(record, decision.starts, { status, now, fence });
    await written;
    this.#status = status;
    const later = surveyReplicas(cluster, this.#name, { record, status });
    this.#executor.remove(later, this.#status.replicas, now);
    // Starts in progress on this server report their own result.
    const isOurs = ({ state, slot }: ReplicaView) => state === 'starting' && this.#executor.starting.has(slot);
    const probed = later.filter((replica) => !isOurs(replica) && replica.state !== 'moving');
    this.#probes.begin(probed, await this.#templates.specsFor(record, probed), now);
    this.#isSettled = decision.isWhole && !record.isRemoved && later.every(({ isReachable }) => isReachable);
    this.#isMoving = record.move !== undefined && !isMoveOver(record.move);
    const { starting } = this.#executor;
    await this.#context.mover.pass(record, { status, replicas: later, slots, starting, fence });
    if (record.isRemoved && starting.size === 0 && later.every((each) => isLeftOver(each, record))) {
      await forgetService(cluster, this.#name, record, { hasLeftovers: later.length > 0, fence });
      // A new service of this name may exist before the next pass.
      this.#status = nothingKnown;
      this.#record.forget();
      this.#wholeOf = 0;
    }
  }

  #start(record: ServiceRecord, due: readonly Start[], { status, now, fence }: Beginning): void {
    const { starting } = this.#executor;
    const starts = this.#tries(record).choose(due, {
      isWaiting: (slot) => isForRoom(status.waiting[slot]?.code ?? ''),
      isStarting: (slot) => starting.has(String(slot)),
      now,
    });
    for (const start of starts) {
      const first = this.#plannedFor(record, start, status);
      void this.#executor.start(record, start, { lease: fence, first, avoid: status.waiting[start.slot]?.failedOn });
    }
  }

  /** Merges the results of checks and starts into the known status, so that the next decision does not repeat them. */
  #takeIn(record: ServiceRecord): Marked {
    const { clock } = this.#context.cluster;
    const failedStarts = this.#executor.takeFailedStarts();
    let waiting = presentWaits(this.#status, record);
    for (const { start, error } of failedStarts) {
      const before = waiting[start.slot];
      waiting = { ...waiting, [start.slot]: waitAfter(before, error, clock.now()) };
      if (record.spec.replicas !== 'global') waiting = shareReason(waiting, start.slot, before);
      if (isForRoom(error.code)) this.#tries(record).failed(clock.steadyMs());
    }
    const failures = failedStarts
      .filter(({ start, error }) => start.generation === record.template && isFaultOfReplica(error))
      .map(({ error }) => error.message);
    const time = timestamp(clock);
    const rollout = currentRollout(record, this.#status.rollout, time);
    const { proven, lastFailures } = this.#status;
    return {
      ...(proven && { proven }),
      ...(lastFailures && { lastFailures }),
      replicas: this.#marks(record, time),
      waiting,
      asked: { generation: record.generation, resumes: record.resumes },
      rollout: advance(rollout, record, { isWhole: false, failures, now: time }),
    };
  }

  /** The known marks and the new findings of the replicas that still exist. */
  #marks(record: ServiceRecord, time: string): Record<string, ReplicaMark> {
    const present = new Set(this.#context.cluster.cache.replicas(this.#name, record.id).map(({ id }) => id));
    // A replica that is stopped for a move is checked again if it is started again.
    const held = heldReplicas(record);
    const marks = new Map(Object.entries(this.#status.replicas).filter(([id]) => present.has(id) && !held.has(id)));
    for (const [id, finding] of this.#probes.take()) {
      const before = marks.get(id);
      if (!present.has(id) || held.has(id) || before?.phase === 'retiring' || before?.phase === 'failed') continue;
      marks.set(id, markOf(finding, before, time));
    }
    return Object.fromEntries(marks);
  }

  #after(record: ServiceRecord, { marked, replicas, slots, decision, now }: Seen): ServiceStatus {
    const { clock } = this.#context.cluster;
    const desiredSlots = new Set(slots);
    const failed = decision.retirements.filter(
      ({ replica: { state, slot } }) => state === 'failed' && desiredSlots.has(slot),
    );
    const failures = failed.filter(({ replica }) => replica.generation === record.template).map(({ reason }) => reason);
    const waiting = { ...retainWaits(marked.waiting, { slots, replicas, template: record.template, now }) };
    for (const { replica, reason } of failed) {
      const failure = { code: 'replica_failed', message: reason, engineId: replica.engineId } as const;
      waiting[replica.slot] = waitAfter(waiting[replica.slot], failure, clock.now());
    }
    // Earlier failures say nothing about the replicas that a move starts.
    for (const slot of movingSlots(record)) delete waiting[slot];
    const marks = { ...marked.replicas };
    const minMs = decision.retirements.length > 0 ? minLeaveMs(this.#context.cluster, this.#name) : 0;
    for (const retirement of decision.retirements) {
      marks[retirement.replica.id] = retiringMark(retirement, record, { now: clock.now(), minMs });
    }
    const progress = { isWhole: decision.isWhole, failures, now: timestamp(clock) };
    const lastFailures = lastFailuresNow(marked, failed, { slots: desiredSlots, at: timestamp(clock) });
    const { proven: before, lastFailures: _, ...rest } = marked;
    const after = { ...rest, replicas: marks, waiting, rollout: advance(marked.rollout, record, progress) };
    const proven = settledTemplates(record, { ...after, ...(before && { proven: before }) }, { slots, replicas });
    return {
      ...after,
      ...(Object.keys(proven).length > 0 && { proven }),
      ...(Object.keys(lastFailures).length > 0 && { lastFailures }),
    };
  }

  /** After a restore, missing replicas may be on engines that are not registered again yet: their slots wait. */
  #heldBack(
    { generation, restoredAs, updatedAt }: ServiceRecord,
    slots: readonly string[],
    waits: Situation['waits'],
  ): Situation['waits'] {
    const { clock } = this.#context.cluster;
    const leftMs = restoredAs === generation ? restoreWindowLeftMs(clock, updatedAt) : 0;
    if (leftMs === 0) return waits;
    const notBefore = clock.steadyMs() + leftMs;
    return new Map(slots.map((slot) => [slot, { notBefore, failures: waits.get(slot)?.failures ?? 0 }]));
  }

  /** For a global service, each slot waits for room on a different engine. */
  #tries({ spec }: ServiceRecord): PlacementRetries {
    this.#roomTries ??= new PlacementRetries(spec.replicas === 'global' ? globalTries : 1);
    return this.#roomTries;
  }

  /** On the monotonic clock. */
  #endOf(wait: SlotWait): number {
    return this.#context.cluster.cache.ages.seenInStatus(this.#name, wait.until) + waitMs(wait);
  }

  /** A plan applies to the first replicas only: it ends once all were present, and for slots where a replica failed. */
  #plannedFor(
    { generation, template, places }: ServiceRecord,
    start: Start,
    { waiting }: ServiceStatus,
  ): string | undefined {
    if (start.generation !== template || this.#wholeOf === generation) return undefined;
    return waiting[start.slot]?.failures ? undefined : places?.[start.slot];
  }
}

type Marked = ServiceStatus & { readonly rollout: Rollout };

interface Beginning {
  readonly status: ServiceStatus;
  /** On the monotonic clock. */
  readonly now: number;
  readonly fence: Fence;
}

interface Seen {
  readonly marked: Marked;
  readonly replicas: readonly ReplicaView[];
  readonly slots: readonly string[];
  readonly decision: Decision;
  /** On this server's monotonic clock. */
  readonly now: number;
}

/**
 * Its container is removed when its engine is back. Replicas of a service without an id (earlier releases) could not be
 * identified then.
 */
function isLeftOver({ isReachable }: ReplicaView, { id }: ServiceRecord): boolean {
  return !isReachable && id !== undefined;
}

/**
 * A serving replica leaves the catalog first, and is stopped after its clients had time to notice. `now`: in
 * milliseconds since 1970.
 */
function retiringMark(
  { replica, reason }: Retirement,
  { spec }: ServiceRecord,
  { now, minMs }: { readonly now: number; readonly minMs: number },
): ReplicaMark {
  const delayMs = replica.isServing ? Math.max(minMs, spec.shutdown_delay * 1000) : 0;
  const [since, stopAt] = [now, now + delayMs].map((time) => new Date(time).toISOString()) as [string, string];
  return { phase: 'retiring', since, reason, stopAt };
}
