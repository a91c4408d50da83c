import { setTimeout as sleep } from 'node:timers/promises';
import { createJob } from '../../../src/commands/jobs/change-job.ts';
import { JobController } from '../../../src/controllers/jobs/job-controller.ts';
import { LossConfirmations } from '../../../src/controllers/services/confirm-losses.ts';
import { resyncEngine } from '../../../src/engine-sync/resync-engine.ts';
import { type JobRun, type JobSpec, runId } from '../../../src/model/job.ts';
import { Semaphore } from '../../../src/runtime/semaphore.ts';
import type { Cluster } from '../../../src/state/cluster.ts';
import type { Fence } from '../../../src/store/store.ts';
import type { TestCluster } from '../../fixtures/harness.ts';

export const busybox = { name: 'demo/busybox:1', type: 'label', restart_policy: {}, memory: 100 } as const;

export const once: JobSpec = {
  ...{ image: busybox, completions: 1, parallelism: 1, retries: 0, time_zone: 'UTC', concurrency: 'forbid', keep: 10 },
};

/** How a container that runs ends; undefined: it goes on. */
export type Play = (container: {
  readonly slot: number;
  readonly attempt: number;
  readonly name: string;
}) => number | undefined;

export const ends: Play = () => 0;
export const goesOn: Play = () => undefined;

/** A cluster whose leader is played by the test: pass by pass, with a clock that runs as fast as it likes. */
export class Stage {
  readonly cluster: TestCluster;
  readonly #reconcilers: JobController;
  readonly #losses: LossConfirmations;
  readonly #leader: Cluster;
  #fence: Fence | undefined;
  /** Each container that ended with 0, as `slot`. */
  readonly successes: number[] = [];
  play: Play = ends;

  constructor(cluster: TestCluster, leader: Cluster = cluster) {
    this.cluster = cluster;
    this.#leader = leader;
    this.#losses = new LossConfirmations(leader, () => undefined);
    this.#reconcilers = new JobController({ cluster: leader, semaphore: new Semaphore(32), wake: () => undefined });
  }

  async create(name: string, spec: Partial<JobSpec> = {}): Promise<void> {
    await createJob(this.cluster, name, { ...once, ...spec });
  }

  /** Everybody before loses the lead. */
  async lead(): Promise<void> {
    const { store } = this.cluster;
    const held = await store.acquireLease('services', 'whoever', 60_000);
    if (held) await store.releaseLease('services', held.token);
    const lease = await store.acquireLease('services', 'whoever', 60_000);
    this.#fence = { name: 'services', token: lease?.token ?? 0 };
  }

  /** A while later: what runs plays its part, the engines are looked at, and the leader passes. */
  async pass(ms = 1_000): Promise<void> {
    this.cluster.clock.turn(ms);
    this.#playAll();
    for (const { id, condition } of this.cluster.cache.engines()) {
      if (condition !== 'down') await resyncEngine(this.cluster, id);
    }
    await this.cluster.cache.catchUp();
    if (!this.#fence) await this.lead();
    if (this.#fence) {
      this.#losses.pass(this.#fence);
      await this.#reconcilers.pass(this.#fence);
    }
    // What was begun gets a moment to be done.
    await sleep(2);
  }

  /** Passes until it is so; fails in the end. */
  async until(isSo: () => boolean | Promise<boolean>, ms?: number): Promise<void> {
    for (let count = 0; count < 200; count++) {
      if (await isSo()) return;
      await this.pass(ms);
    }
    throw new Error(`never so: ${JSON.stringify(this.cluster.cache.jobRuns.all().map(({ value }) => value))}`);
  }

  async run(name: string, number = 1): Promise<JobRun> {
    const found = await this.cluster.store.read('job-run', runId(name, number));
    if (!found) throw new Error(`no run ${number} of ${name}`);
    return found.value;
  }

  async ended(name: string, number = 1): Promise<JobRun> {
    await this.until(async () => (await this.run(name, number)).endedAt !== undefined);
    return await this.run(name, number);
  }

  /** A container is gone a moment before what it held is given back. */
  async cleared(): Promise<void> {
    await this.until(() => this.containers().length === 0 && this.cluster.cache.reservations().length === 0);
  }

  /** What runs on all engines, by name. */
  running(): string[] {
    return this.#containers().flatMap(({ container }) => (container.state === 'running' ? [container.name] : []));
  }

  containers(): string[] {
    return this.#containers().map(({ container }) => container.name);
  }

  get leader(): Cluster {
    return this.#leader;
  }

  #containers() {
    return this.cluster.engines.flatMap((engine) =>
      [...engine.containers.values()].map((container) => ({ engine, container })),
    );
  }

  #playAll(): void {
    for (const { engine, container } of this.#containers()) {
      const { labels, name, id, state } = container;
      if (state !== 'running' || labels['satsuma.job'] === undefined) continue;
      const [slot, attempt] = [Number(labels['satsuma.task']), Number(labels['satsuma.attempt'])];
      const exitCode = this.play({ slot, attempt, name });
      if (exitCode === undefined) continue;
      engine.logs.set(id, [`slot ${slot} attempt ${attempt}\n`]);
      engine.exit(id, exitCode);
      if (exitCode === 0) this.successes.push(slot);
    }
  }
}
