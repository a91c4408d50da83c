import { isDeepStrictEqual } from 'node:util';
import type { ReplicaView } from '../../decisions/services/replica-view.ts';
import type { EngineClient } from '../../engines/engine-client.ts';
import type { BoundPorts, ContainerCheck } from '../../model/container.ts';
import { isSatsumaError } from '../../model/errors.ts';
import { hostOf } from '../../model/host-of.ts';
import type { HealthCheck, ServiceSpec } from '../../model/service.ts';
import { ResultInbox } from '../../runtime/result-inbox.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import type { Cluster } from '../../state/cluster.ts';
import { hostPorts } from '../../state/containers/host-ports.ts';
import { askHealth, isRefused } from './ask-health.ts';
import { engineVerdict, failedWithLog, ignoreNoAnswer } from './engine-verdict.ts';
import { type Failure, type Finding, failed } from './finding.ts';
import type { Launched } from './replica-executor.ts';
import {
  countFailure,
  isStartingUp,
  mayRestart,
  newProbe,
  noteStart,
  overdueAt,
  type Probe,
  silentMs,
} from './replica-probe.ts';

/** Interval of checks of a replica that is not ready yet. */
const startingMs = 250;
const atOnce = 64;
/** How long a replica behind a domain may refuse connections before it counts as ready without a health check. */
const maxRefusalMs = 30_000;
const connectMs = 1_000;

/**
 * Checks the replicas of one service that are not known to be healthy, and repeats the health checks of those that have
 * one. A replica that was ready once is judged by its own answers: its engine, which may be unreachable, is asked only
 * after a failed check.
 */
export class ReplicaProbes {
  readonly #cluster: Cluster;
  readonly #notify: () => void;
  readonly #routedPorts: () => readonly number[];
  readonly #semaphore = new Semaphore(atOnce);
  readonly #probes = new Map<string, Probe>();
  readonly #inbox = new ResultInbox<Finding>();
  /** Generations whose image has no HEALTHCHECK. */
  readonly #unasked = new Set<number>();
  #dueAt = Number.POSITIVE_INFINITY;

  /** `notify` is called when there are new results to `take`. `routedPorts`: the container ports to which domains lead. */
  constructor(cluster: Cluster, notify: () => void, routedPorts: () => readonly number[] = () => []) {
    this.#cluster = cluster;
    this.#notify = notify;
    this.#routedPorts = routedPorts;
  }

  /** When `begin` has something to do next, on the monotonic clock. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** Returns the new findings by reservation id. Each is returned once. */
  take(): Map<string, Finding> {
    return this.#inbox.take();
  }

  /**
   * Called when a replica was started. Without any health check, and behind no domain, it is ready at once; if it ends
   * right away, its engine sends an event.
   */
  launched({ reservationId, generation, ports, spec }: Launched): void {
    if (spec.health || !this.#unasked.has(generation) || this.#routedPorts().length > 0) return;
    this.#inbox.put(reservationId, { phase: 'ready', ports, isSettled: spec.update.monitor === 0 });
  }

  /**
   * Starts the checks that are due, and forgets replicas that are gone. `specOf`: the spec by which a replica of that
   * generation is judged.
   */
  begin(replicas: readonly ReplicaView[], specOf: (generation: number) => ServiceSpec, now: number): void {
    const present = new Set(replicas.map(({ id }) => id));
    for (const id of this.#probes.keys()) if (!present.has(id)) this.#probes.delete(id);
    this.#dueAt = Number.POSITIVE_INFINITY;
    for (const replica of replicas) {
      const { engineId, containerId } = replica;
      const spec = specOf(replica.generation);
      if (!isWorthProbing(replica, spec) || containerId === undefined || !this.#cluster.cache.hasEngine(engineId))
        continue;
      const probe = this.#probeOf(replica, spec, now);
      // A replica that seems to have ended is checked now, unless its engine does not answer, or the end was already
      // observed.
      const isUrgent =
        replica.state === 'failed' && probe.silentMs === silentMs.shortest && probe.endedMs === undefined;
      const isDue = !probe.isRunning && (now >= probe.dueAt || isUrgent);
      if (isDue) {
        probe.isRunning = true;
        void this.#semaphore.run(() => this.#probe({ ...replica, containerId }, spec, probe));
      }
      this.#dueAt = Math.min(this.#dueAt, this.#watchSilence(replica, spec, probe, now));
    }
  }

  #probeOf(replica: ReplicaView, { update, health }: ServiceSpec, now: number): Probe {
    const known = this.#probes.get(replica.id);
    if (known) return known;
    const isReady = replica.state === 'ready';
    const settlesAt = (replica.since ?? now) + update.monitor * 1000;
    const probe = newProbe(isReady && !health ? settlesAt : now, now);
    this.#probes.set(replica.id, probe);
    return probe;
  }

  /** When the replica has to be checked next. A check that stays open for too long counts as failed. */
  #watchSilence(
    { id, state, ports, isSettled }: ReplicaView,
    { health }: ServiceSpec,
    probe: Probe,
    now: number,
  ): number {
    const isWatched = health !== undefined && state === 'ready';
    const silentAt = isWatched ? overdueAt(probe, health) : Number.POSITIVE_INFINITY;
    if (now >= silentAt) {
      this.#inbox.put(id, { phase: 'ready', ports, isSettled, silent: 'it does not answer its health check' });
      this.#notify();
      return Number.POSITIVE_INFINITY;
    }
    return Math.min(silentAt, probe.isRunning ? Number.POSITIVE_INFINITY : probe.dueAt);
  }

  async #probe(replica: ProbeTarget, spec: ServiceSpec, probe: Probe): Promise<void> {
    const { clock, logger } = this.#cluster;
    const begun = clock.steadyMs();
    try {
      const finding = await (hasAnswered(replica, spec)
        ? this.#ask(replica, spec, probe)
        : this.#inspect(replica, spec, probe));
      probe.silentMs = silentMs.shortest;
      if (finding) this.#inbox.put(replica.id, finding);
      // A slow check does not delay the next ones.
      probe.dueAt = Math.max(clock.steadyMs(), begun + pauseAfter(replica, finding, spec));
      if (finding || spec.health || this.#routedPorts().length > 0) this.#notify();
    } catch (error) {
      if (isSatsumaError(error, 'no_such_container')) this.#inbox.put(replica.id, failed('its container is gone'));
      else if (!isSatsumaError(error)) logger.error({ err: error }, 'replica not checked');
      probe.dueAt = clock.steadyMs() + probe.silentMs;
      probe.silentMs = Math.min(2 * probe.silentMs, silentMs.longest);
    } finally {
      probe.isRunning = false;
    }
  }

  /** For a replica that was ready: its own answer, whether its engine answers or not. */
  async #ask(replica: ProbeTarget, spec: WithHealth, probe: Probe): Promise<Finding | undefined> {
    const { clock } = this.#cluster;
    const askedAt = clock.steadyMs();
    const ports = probe.ports ?? replica.ports;
    probe.ports = undefined;
    const wrong = await this.#askReplica(replica, ports, spec);
    if (wrong !== undefined) {
      const isSilent = countFailure(probe, spec.health, askedAt);
      void this.#findOutWhy(replica, spec, probe, { ports, wrong, askedAt });
      return isSilent ? { phase: 'ready', ports, isSettled: replica.isSettled, silent: wrong } : undefined;
    }
    probe.failures = 0;
    probe.goodAt = askedAt;
    if (replica.isSettled || replica.state === 'unreachable') return this.#ready(replica, spec, ports);
    // Until it is settled, a restart by its engine counts as a failure, too. Without the engine's answer it does not
    // settle.
    const seen = await this.#seen(replica, probe).catch(ignoreNoAnswer);
    return seen && ((await this.#verdict(seen, replica, spec, probe)) ?? this.#ready(replica, spec, ports));
  }

  /** Asks the engine why a replica does not answer. The caller does not wait for it. */
  async #findOutWhy(
    replica: ProbeTarget,
    spec: WithHealth,
    probe: Probe,
    { ports, wrong, askedAt }: Silence,
  ): Promise<void> {
    if (probe.isInspecting) return;
    probe.isInspecting = true;
    try {
      const seen = await this.#seen(replica, probe);
      if (!seen.wasStarted) return;
      const now = this.#cluster.clock.steadyMs();
      const isFailed = probe.failures >= spec.health.retries && !isStartingUp(probe, spec.health, now);
      // It answered meanwhile, so it is healthy.
      if (probe.goodAt > askedAt) return;
      if (seen.isRunning && !isDeepStrictEqual(seen.ports, ports)) {
        probe.ports = seen.ports;
        probe.dueAt = now;
      } else {
        const found =
          (await this.#verdict(seen, replica, spec, probe)) ??
          (isFailed ? await this.#stillWrong(replica, spec, ports) : undefined);
        if (found) this.#inbox.put(replica.id, found);
      }
      this.#notify();
    } catch (error) {
      const isGone = isSatsumaError(error, 'no_such_container');
      // Its engine is reachable, but has given no reason for the whole grace period.
      const isTooLong = this.#cluster.clock.steadyMs() - probe.goodAt >= spec.grace * 1000;
      if (isGone) this.#inbox.put(replica.id, failed('its container is gone'));
      else if (!isSatsumaError(error)) this.#cluster.logger.error({ err: error }, 'replica not checked');
      else if (replica.isReachable && isTooLong && probe.failures >= spec.health.retries)
        this.#inbox.put(replica.id, failed(wrong));
    } finally {
      probe.isInspecting = false;
    }
  }

  /**
   * The engine answers, maybe only since now. The earlier failures may have been the network's, so the replica is asked
   * once more.
   */
  async #stillWrong(replica: ProbeTarget, spec: WithHealth, ports: BoundPorts): Promise<Finding | undefined> {
    const wrong = await this.#askReplica(replica, ports, spec);
    return wrong === undefined ? undefined : await this.#failed(replica, wrong);
  }

  /** For a replica that has not answered yet: first its engine's report, then its own answer. */
  async #inspect(replica: ProbeTarget, spec: ServiceSpec, probe: Probe): Promise<Finding | undefined> {
    const { clock } = this.#cluster;
    const askedAt = clock.steadyMs();
    const seen = await this.#seen(replica, probe);
    // The reservation is bound before the engine starts the container.
    if (!seen.wasStarted) return undefined;
    const found = await this.#verdict(seen, replica, spec, probe);
    if (found || !seen.isRunning) return found;
    if (seen.health === undefined) this.#unasked.add(replica.generation);
    if (seen.health === 'starting' && replica.state !== 'ready') return undefined;
    const { health } = spec;
    const wrong = health && (await this.#askReplica(replica, seen.ports, { ...spec, health }));
    if (wrong !== undefined && health) {
      const isFailed = !isStartingUp(probe, health, clock.steadyMs()) && countFailure(probe, health, askedAt);
      return isFailed ? await this.#failed(replica, wrong) : undefined;
    }
    if (!health && seen.health === undefined && (await this.#refuses(replica, hostPorts(spec) ?? seen.ports, probe)))
      return undefined;
    probe.failures = 0;
    probe.goodAt = askedAt;
    return this.#ready(replica, spec, seen.ports);
  }

  /**
   * Without a health check, a replica behind a domain is ready when it accepts connections: routers send requests to
   * it at once, and its predecessor is stopped. One that never listens counts as ready in the end, as without a domain.
   */
  async #refuses({ engineId, state }: ProbeTarget, ports: BoundPorts, { start }: Probe): Promise<boolean> {
    const { cache, clock } = this.#cluster;
    if (state !== 'starting' || !start || clock.steadyMs() >= start.seenMs + maxRefusalMs) return false;
    const routed = new Set(this.#routedPorts());
    const host = hostOf(cache.engine(engineId).value);
    const bound = ports.filter(({ proto, container_port }) => proto === 'tcp' && routed.has(container_port));
    const refusals = await Promise.all(bound.map(({ port }) => isRefused({ host, port }, connectMs)));
    return refusals.includes(true);
  }

  #askReplica({ engineId }: ProbeTarget, ports: BoundPorts, spec: WithHealth): Promise<string | undefined> {
    return askHealth(hostOf(this.#cluster.cache.engine(engineId).value), ports, spec);
  }

  async #seen(replica: ProbeTarget, probe: Probe): Promise<ContainerCheck> {
    const seen = await this.#clientOf(replica).checkContainer(replica.containerId);
    if (seen.wasStarted) noteStart(probe, seen, this.#cluster.clock.steadyMs());
    return seen;
  }

  #verdict(
    seen: ContainerCheck,
    replica: ProbeTarget,
    { image: { restart_policy: policy } }: ServiceSpec,
    probe: Probe,
  ): Promise<Failure | undefined> {
    const isSettled = replica.isSettled || replica.state === 'unreachable';
    const now = this.#cluster.clock.steadyMs();
    const allowed = { isSettled, mayRestart: mayRestart(probe, seen, { isSettled, policy, now }) };
    return engineVerdict(this.#clientOf(replica), seen, replica.containerId, allowed);
  }

  #failed(replica: ProbeTarget, reason: string): Promise<Failure> {
    return failedWithLog(this.#clientOf(replica), replica.containerId, reason);
  }

  #clientOf({ engineId }: ProbeTarget): EngineClient {
    const { pool, cache } = this.#cluster;
    return pool.client(cache.engine(engineId).value);
  }

  #ready(replica: ProbeTarget, spec: ServiceSpec, ports: BoundPorts): Finding {
    const readyFor = replica.since === undefined ? 0 : this.#cluster.clock.steadyMs() - replica.since;
    return { phase: 'ready', ports, isSettled: replica.isSettled || readyFor >= spec.update.monitor * 1000 };
  }
}

type ProbeTarget = ReplicaView & { readonly containerId: string };
type WithHealth = ServiceSpec & { readonly health: HealthCheck };

interface Silence {
  readonly ports: BoundPorts;
  readonly wrong: string;
  /** When the check was sent, on the monotonic clock. */
  readonly askedAt: number;
}

/** Whether the replica itself is asked before its engine. */
function hasAnswered({ state, since }: ReplicaView, spec: ServiceSpec): spec is WithHealth {
  return spec.health !== undefined && since !== undefined && (state === 'ready' || state === 'unreachable');
}

function isWorthProbing(replica: ReplicaView, spec: ServiceSpec): boolean {
  if (hasAnswered(replica, spec)) return true;
  const { state, reason, isSettled, isReachable } = replica;
  if (!isReachable) return false;
  if (state === 'failed') return reason === undefined;
  return state === 'starting' || (state === 'ready' && !isSettled);
}

function pauseAfter({ state }: ReplicaView, finding: Finding | undefined, { update, health }: ServiceSpec): number {
  const intervalMs = health ? health.interval * 1000 : Number.POSITIVE_INFINITY;
  // A replica that the rollout waits for is checked often: it may become ready any moment.
  if (finding?.phase !== 'ready' || finding.silent !== undefined)
    return health && (state === 'ready' || state === 'unreachable') ? intervalMs : startingMs;
  if (finding.isSettled) return intervalMs;
  return Math.min(intervalMs, state === 'ready' ? startingMs : update.monitor * 1000);
}
