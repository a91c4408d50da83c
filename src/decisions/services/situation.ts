import type { ServiceRecord } from '../../model/service.ts';
import type { ReplicaView } from './replica-view.ts';

/** When a slot may be tried again, on this server's monotonic clock like all durations. */
interface Wait {
  readonly notBefore: number;
  /** Consecutive failures. */
  readonly failures: number;
}

/** The actual state of a service, and what may be done about it now. */
export interface Situation {
  readonly record: Pick<ServiceRecord, 'template' | 'isRemoved'> & {
    readonly spec: Pick<ServiceRecord['spec'], 'update'>;
  };
  /** The slots to fill. */
  readonly slots: readonly string[];
  /** Those of `slots` on an engine in maintenance: their replicas keep running, and get no successor. */
  readonly held: ReadonlySet<string>;
  /** Those of `slots` whose volumes are being moved: nothing is started or retired there. */
  readonly moving?: ReadonlySet<string>;
  readonly replicas: readonly ReplicaView[];
  /** Slots for which a replica is being started. */
  readonly starting: ReadonlySet<string>;
  readonly waits: ReadonlyMap<string, Wait>;
  /** How full an engine is after this number of the service's replicas has left it. */
  readonly fullness: (engineId: string, departures: number) => number;
  /** Whether replicas of other templates may be replaced now. */
  readonly isUpdating: boolean;
  /** The template for an empty slot while no update is active: one that is known to work there. */
  readonly fallbackTemplate: (slot: string) => number;
  /** On this server's monotonic clock. */
  readonly now: number;
}
