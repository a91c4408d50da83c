import { isSatsumaError, type SatsumaError } from '../model/errors.ts';
import type { ImageConfig } from '../model/image-config.ts';
import type { Scheduler } from '../model/scheduler.ts';
import { checksOf } from '../placement/place.ts';
import { pause } from '../runtime/pause.ts';
import type { Cluster } from '../state/cluster.ts';
import type { ReserveOptions } from './reserve-options.ts';

const againMs = 250;
/** A run that meets several restarting engines waits for each of them, limited to this many restart times. */
const maxRestarts = 3;

interface RestartRequest extends Pick<ReserveOptions, 'onlyOn'> {
  readonly image: ImageConfig;
  readonly schedulers: readonly Scheduler[];
}

/** For a run that no engine can take now: waits for engines that may be restarting. */
export class AwaitRestart {
  readonly #cluster: Pick<Cluster, 'cache' | 'settings'>;
  readonly #began = performance.now();
  /** When this run first found an engine unreachable. */
  readonly #lostAt = new Map<string, number>();

  constructor(cluster: Pick<Cluster, 'cache' | 'settings'>) {
    this.#cluster = cluster;
  }

  /** Records that an engine failed, and why. */
  note(engineId: string, error: SatsumaError): void {
    if (isLeftAlone(error) && !this.#lostAt.has(engineId)) this.#lostAt.set(engineId, performance.now());
  }

  /**
   * Waits a moment if that may help, and returns true; unreachable engines are then removed from the faults. Nothing
   * was done on them, or it is known to be undone. False: no suitable engine is restarting, or all had their time.
   */
  async wait(faults: Map<string, { readonly error: SatsumaError }>, request: RestartRequest): Promise<boolean> {
    const { restartMs = 0 } = this.#cluster.settings.deadlines;
    const now = performance.now();
    if (now - this.#began >= maxRestarts * restartMs) return false;
    const again = [...faults].filter(([id, { error }]) => isLeftAlone(error) && this.#mayReturn(id, now));
    if (again.length === 0 && !this.#isAnyRestarting(faults, request)) return false;
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

  /** Whether an engine that went down recently is otherwise suitable. */
  #isAnyRestarting(faults: ReadonlyMap<string, unknown>, { image, schedulers, onlyOn }: RestartRequest): boolean {
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

/** The engine received no request, or it restarted during a start and then refused the container, which is undone. */
function isLeftAlone(error: SatsumaError): boolean {
  const isCutOff = isSatsumaError(error, 'engine_failed') && isSatsumaError(error.cause, 'engine_timeout');
  return isCutOff || isSatsumaError(error, 'engine_unreachable');
}
