import { isSatsumaError, type SatsumaError } from '../model/errors.ts';
import type { ImageConfig } from '../model/image-config.ts';
import type { Scheduler } from '../model/scheduler.ts';
import { checksOf } from '../placement/place.ts';
import { pause } from '../runtime/pause.ts';
import type { Cluster } from '../state/cluster.ts';
import type { ReserveOptions } from './reserve-options.ts';

const againMs = 250;
/** A run that meets the restart of one engine after the other waits for each of them, and no longer than so many restarts take. */
const mostRestarts = 3;

interface Wanted extends Pick<ReserveOptions, 'onlyOn'> {
  readonly image: ImageConfig;
  readonly schedulers: readonly Scheduler[];
}

/** Of one run that no engine can take now: engines that restart may take it in a moment. */
export class AwaitRestart {
  readonly #cluster: Pick<Cluster, 'cache' | 'settings'>;
  readonly #began = performance.now();
  /** When this run found an engine out of reach for the first time. */
  readonly #lostAt = new Map<string, number>();

  constructor(cluster: Pick<Cluster, 'cache' | 'settings'>) {
    this.#cluster = cluster;
  }

  /** An engine that could not take it, and why. */
  note(engineId: string, error: SatsumaError): void {
    if (isLeftAlone(error) && !this.#lostAt.has(engineId)) this.#lostAt.set(engineId, performance.now());
  }

  /**
   * Waits a moment where that may help: then true, and those that were out of reach are no longer among the faults. Nothing was done on
   * them, or it is known to be undone. False: no engine that could take it restarts, or all had their time.
   */
  async wait(faults: Map<string, { readonly error: SatsumaError }>, wanted: Wanted): Promise<boolean> {
    const { restartMs = 0 } = this.#cluster.settings.deadlines;
    const now = performance.now();
    if (now - this.#began >= mostRestarts * restartMs) return false;
    const again = [...faults].filter(([id, { error }]) => isLeftAlone(error) && this.#mayReturn(id, now));
    if (again.length === 0 && !this.#isAnyRestarting(faults, wanted)) return false;
    await pause(againMs, new AbortController().signal);
    for (const [id] of again) faults.delete(id);
    return true;
  }

  #mayReturn(engineId: string, now: number): boolean {
    const { cache, settings } = this.#cluster;
    const { restartMs = 0 } = settings.deadlines;
    if (!cache.hasEngine(engineId) || now - (this.#lostAt.get(engineId) ?? now) >= restartMs) return false;
    const { value: engine } = cache.engine(engineId);
    return engine.condition !== 'down' || cache.ages.downForMs(engine) < restartMs;
  }

  /** Whether one is down since a moment, and takes it but for that. */
  #isAnyRestarting(faults: ReadonlyMap<string, unknown>, { image, schedulers, onlyOn }: Wanted): boolean {
    const { cache, settings } = this.#cluster;
    const { restartMs = 0 } = settings.deadlines;
    const checks = checksOf(image, schedulers);
    return cache.engines().some((engine) => {
      if (faults.has(engine.id) || (onlyOn !== undefined && engine.id !== onlyOn)) return false;
      const snapshot = cache.snapshot(engine.id);
      if (snapshot.status !== 'down' || cache.ages.downForMs(engine) >= restartMs) return false;
      return checks.every((check) => check(snapshot) === undefined);
    });
  }
}

/** The engine was asked for nothing, or it restarted in the midst of a start and refused the container ever after, which is undone then. */
function isLeftAlone(error: SatsumaError): boolean {
  const isCutOff = isSatsumaError(error, 'engine_failed') && isSatsumaError(error.cause, 'engine_timeout');
  return isCutOff || isSatsumaError(error, 'engine_unreachable');
}
