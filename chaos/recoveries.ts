import type { FaultRegistry } from './fault-registry.ts';
import { bodyOf } from './image-configs.ts';
import { JournaledClient } from './journaled-client.ts';
import { pause } from './pause.ts';
import type { RequestJournal } from './request-journal.ts';
import { describeFault, type Fault, type Target, targetOf, victims } from './schedule.ts';
import type { Server } from './server.ts';
import type { TestCluster } from './test-cluster.ts';

export interface Recovery {
  readonly fault: string;
  readonly target: Target;
  readonly ms: number;
  /** False: it was given up after `ms`. */
  readonly isDone: boolean;
}

const pollMs = 100;
/** On a busy machine a server needs half a minute to start, and twice that if Redis was unavailable at first. */
const givenUpMs = 120_000;

/**
 * Measures the time from the healing of a fault until a container can be run again: on that engine, through that
 * server, or, after Redis, through each server. The clock stops while something else that is needed has a fault; if the
 * victim has a new fault, the next healing starts a new measurement.
 */
export class Recoveries {
  readonly #testCluster: TestCluster;
  readonly #registry: FaultRegistry;
  readonly #signal: AbortSignal;
  readonly #client: JournaledClient;
  readonly #done: Recovery[] = [];
  readonly #pending = new Set<Promise<void>>();

  constructor({ testCluster, registry, journal, signal }: RecoveriesOptions) {
    this.#signal = signal;
    this.#testCluster = testCluster;
    this.#registry = registry;
    this.#client = new JournaledClient('probe', journal);
  }

  /** Called when the fault is healed. */
  watch(fault: Fault): void {
    for (const target of this.#affectedBy(fault)) this.#await(this.#follow(fault, target));
  }

  /** Resolves with all recoveries when each is complete or given up. */
  async all(): Promise<readonly Recovery[]> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
    return this.#done;
  }

  #await(work: Promise<void>): void {
    const watched = work.finally(() => this.#pending.delete(watched));
    this.#pending.add(watched);
  }

  #affectedBy(fault: Fault): Target[] {
    if (victims[fault.kind] !== 'redis') return [targetOf(fault)];
    return this.#testCluster.servers.map(({ n }): Target => `server ${n}`);
  }

  async #follow(fault: Fault, target: Target): Promise<void> {
    for (let waitedMs = 0; waitedMs < givenUpMs && !this.#signal.aborted; ) {
      if (this.#registry.isAtFault(target) || this.#registry.isAtFault(targetOf(fault))) return;
      const from = performance.now();
      const way = this.#wayTo(target);
      const isBack = way !== undefined && (await this.#runThrough(way));
      if (isBack) return this.#note(fault, target, waitedMs + performance.now() - from, true);
      // A server that timed out may still be working on the last request.
      await pause(Math.max(pollMs, performance.now() - from));
      const needed: Target[] = way ? ['redis 1', `server ${way.server.n}`, `engine ${way.engine}`] : [];
      if (way && this.#registry.wereWellSince(from, needed)) waitedMs += performance.now() - from;
    }
    this.#note(fault, target, givenUpMs, false);
  }

  #note(fault: Fault, target: Target, ms: number, isDone: boolean): void {
    this.#done.push({ fault: describeFault(fault), target, ms: Math.round(ms), isDone });
  }

  /** Prefers what has been healthy for the longest time. */
  #wayTo(target: Target): Way | undefined {
    const wellFirst = (one: Target, other: Target) => this.#registry.healedAt(one) - this.#registry.healedAt(other);
    const isOpen = (each: Target) => !this.#registry.isAtFault(each);
    if (!isOpen('redis 1')) return undefined;
    const numbers = this.#testCluster.engines.map((_, index) => index + 1);
    const [engine] = numbers
      .filter((n) => isOpen(`engine ${n}`) && (!target.startsWith('engine') || target === `engine ${n}`))
      .sort((a, b) => wellFirst(`engine ${a}`, `engine ${b}`));
    const [server] = this.#testCluster.servers
      .filter(({ n }) => isOpen(`server ${n}`) && (!target.startsWith('server') || target === `server ${n}`))
      .sort((a, b) => wellFirst(`server ${a.n}`, `server ${b.n}`));
    return engine === undefined || server === undefined ? undefined : { engine, server };
  }

  /** Needs no scarce resource, so that only the fault can prevent it. */
  async #runThrough({ engine, server }: Way): Promise<boolean> {
    const labels = [`host:${this.#testCluster.engines[engine - 1]?.id}`];
    const tag = this.#client.newTag();
    const { container } = await this.#client.run(server, tag, bodyOf(tag, { type: 'host', labels }));
    // The measurement is complete; its removal is not waited for.
    if (container) this.#await(this.#client.destroy(server, container.id));
    return container !== undefined;
  }
}

interface RecoveriesOptions {
  readonly testCluster: TestCluster;
  readonly registry: FaultRegistry;
  readonly journal: RequestJournal;
  /** Ends all waiting. */
  readonly signal: AbortSignal;
}

interface Way {
  /** From 1. */
  readonly engine: number;
  readonly server: Server;
}
