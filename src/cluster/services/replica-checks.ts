import type { EngineRecord } from '../../model/engine.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { PortBinding } from '../../model/image-config.ts';
import type { ReplicaMark, ServiceSpec } from '../../model/service.ts';
import type { Cluster } from '../cluster.ts';
import { Findings } from '../findings.ts';
import { Gate } from '../gate.ts';
import { askHealth } from './ask-health.ts';
import type { Launched } from './replica-hands.ts';
import type { ReplicaView } from './replica-view.ts';

type Ports = readonly Required<PortBinding>[];

/** What a check found. Nothing where it is too early to say. */
export type Finding =
  | { readonly phase: 'ready'; readonly ports: Ports; readonly isSettled: boolean }
  | { readonly phase: 'failed'; readonly reason: string };

/** Between two looks at a replica that is not ready yet. */
const startingMs = 250;
/** Between two looks at one whose engine gave no answer: longer each time, as a hanging start keeps inspections waiting. */
const silentMs = { shortest: 1_000, longest: 15_000 };
const atOnce = 64;

/** Times are on this server's monotonic clock. */
interface Check {
  dueAt: number;
  /** Answers in a row that were none, of those that count. */
  failures: number;
  /** When the next such answer counts: `retries` of the health check's intervals are the time that a replica has. */
  countsAt: number;
  isRunning: boolean;
  /** When it was first looked at. */
  readonly begunAt: number;
  /** How long the next pause is if there is no answer. */
  silentMs: number;
}

/** Looks at the replicas of one service that are not known to be well, and asks those with a health check again and again. */
export class ReplicaChecks {
  readonly #cluster: Cluster;
  readonly #tell: () => void;
  readonly #gate = new Gate(atOnce);
  readonly #checks = new Map<string, Check>();
  readonly #findings = new Findings<Finding>();
  /** Generations whose image was seen to have no HEALTHCHECK. */
  readonly #unasked = new Set<number>();

  /** `tell` is called when there is something to `take`. */
  constructor(cluster: Cluster, tell: () => void) {
    this.#cluster = cluster;
    this.#tell = tell;
  }

  /** What was found since, by the reservation's id; each once. */
  take(): Map<string, Finding> {
    return this.#findings.take();
  }

  /**
   * A replica was started just now. Where nothing can be asked about its health it is ready by that: its end, should it
   * come at once, is an event of its engine's.
   */
  launched({ reservationId, generation, ports, spec }: Launched): void {
    if (spec.health || !this.#unasked.has(generation)) return;
    this.#findings.put(reservationId, { phase: 'ready', ports, isSettled: spec.update.monitor === 0 });
  }

  /** Begins the checks that are due, and forgets those of replicas that are gone. */
  begin(replicas: readonly ReplicaView[], spec: ServiceSpec, now: number): void {
    const present = new Set(replicas.map(({ id }) => id));
    for (const id of this.#checks.keys()) if (!present.has(id)) this.#checks.delete(id);
    for (const replica of replicas) {
      const { engineId, containerId } = replica;
      if (!isWorthALook(replica, spec) || containerId === undefined || !this.#cluster.mirror.hasEngine(engineId))
        continue;
      const check = this.#checkOf(replica, spec, now);
      // One that is thought to have ended is looked at now, unless it keeps us waiting.
      const isUrgent = replica.state === 'failed' && check.silentMs === silentMs.shortest;
      if (check.isRunning || (now < check.dueAt && !isUrgent)) continue;
      check.isRunning = true;
      void this.#gate.through(() => this.#look({ ...replica, containerId }, spec, check));
    }
  }

  #checkOf(replica: ReplicaView, { update, health }: ServiceSpec, now: number): Check {
    const known = this.#checks.get(replica.id);
    if (known) return known;
    const isReady = replica.state === 'ready';
    const settlesAt = (replica.since ?? now) + update.monitor * 1000;
    const dueAt = isReady && !health ? settlesAt : now;
    const counters = { failures: 0, countsAt: 0, silentMs: silentMs.shortest };
    const check: Check = { ...counters, dueAt, isRunning: false, begunAt: now };
    this.#checks.set(replica.id, check);
    return check;
  }

  async #look(replica: LookedAt, spec: ServiceSpec, check: Check): Promise<void> {
    try {
      const finding = await this.#findOut(replica, spec, check);
      check.silentMs = silentMs.shortest;
      if (finding) this.#findings.put(replica.id, finding);
      check.dueAt = this.#cluster.clock.steadyMs() + pauseAfter(replica, finding, spec);
      if (finding) this.#tell();
    } catch (error) {
      if (isSatsumaError(error, 'no_such_container')) this.#findings.put(replica.id, failed('its container is gone'));
      else if (!isSatsumaError(error)) this.#cluster.logger.error({ err: error }, 'replica not checked');
      check.dueAt = this.#cluster.clock.steadyMs() + check.silentMs;
      check.silentMs = Math.min(2 * check.silentMs, silentMs.longest);
    } finally {
      check.isRunning = false;
    }
  }

  async #findOut(replica: LookedAt, spec: ServiceSpec, check: Check): Promise<Finding | undefined> {
    const { value: engine } = this.#cluster.mirror.engine(replica.engineId);
    const seen = await this.#cluster.pool.client(engine).checkContainer(replica.containerId);
    // Its record is written while the engine is about to start it.
    if (!seen.wasStarted) return undefined;
    if (!seen.isRunning) return failed(`it ended with exit code ${seen.exitCode}`);
    if (!replica.isSettled && seen.restarts > 0) return failed(`it ended, and was restarted ${seen.restarts} times`);
    if (seen.health === undefined) this.#unasked.add(replica.generation);
    if (seen.health === 'unhealthy') return failed('its HEALTHCHECK says that it is unhealthy');
    if (seen.health === 'starting' && replica.state !== 'ready') return undefined;
    const wrong = spec.health && (await askHealth(hostOf(engine), seen.ports, spec.health));
    const now = this.#cluster.clock.steadyMs();
    if (wrong !== undefined && spec.health) {
      // After a change of leader the period begins anew: it gets longer, and never shorter.
      const isEarly = replica.state !== 'ready' && now < check.begunAt + spec.health.start_period * 1000;
      if (!isEarly && now >= check.countsAt) {
        check.failures += 1;
        check.countsAt = now + spec.health.interval * 1000;
      }
      return check.failures >= spec.health.retries ? failed(wrong) : undefined;
    }
    check.failures = 0;
    const readyFor = replica.since === undefined ? 0 : now - replica.since;
    return {
      phase: 'ready',
      ports: seen.ports,
      isSettled: replica.isSettled || readyFor >= spec.update.monitor * 1000,
    };
  }
}

type LookedAt = ReplicaView & { readonly containerId: string };

function isWorthALook({ state, reason, isSettled, isReachable }: ReplicaView, { health }: ServiceSpec): boolean {
  if (!isReachable) return false;
  if (state === 'failed') return reason === undefined;
  return state === 'starting' || (state === 'ready' && (!isSettled || health !== undefined));
}

function pauseAfter({ state }: ReplicaView, finding: Finding | undefined, { update, health }: ServiceSpec): number {
  const intervalMs = health ? health.interval * 1000 : Number.POSITIVE_INFINITY;
  // Who is waited for is asked often: it may answer any moment.
  if (finding?.phase !== 'ready') return health && state === 'ready' ? intervalMs : startingMs;
  if (finding.isSettled) return intervalMs;
  return Math.min(intervalMs, state === 'ready' ? startingMs : update.monitor * 1000);
}

function failed(reason: string): Finding {
  return { phase: 'failed', reason };
}

/** Where an engine's published ports are. */
export function hostOf({ addr }: Pick<EngineRecord, 'addr'>): string {
  return addr.startsWith('unix:') ? '127.0.0.1' : new URL(addr).hostname.replace(/^\[|\]$/g, '');
}

export function markOf(finding: Finding, before: ReplicaMark | undefined, now: string): ReplicaMark {
  if (finding.phase === 'failed') return { ...finding, since: now };
  return { ...finding, since: before?.phase === 'ready' ? before.since : now };
}
