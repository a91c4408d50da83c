import type { ServiceRecord } from '../../model/service.ts';
import type { ReplicaView } from './replica-view.ts';

/** Of a slot that is not tried before; on this server's monotonic clock, as all durations are. */
export interface Wait {
  readonly notBefore: number;
  /** In a row. */
  readonly failures: number;
}

/** What a service has, and what may be done about it now. */
export interface Situation {
  readonly record: Pick<ServiceRecord, 'template' | 'isRemoved'> & {
    readonly spec: Pick<ServiceRecord['spec'], 'update'>;
  };
  /** Which slots are to be filled. */
  readonly slots: readonly string[];
  /** Those of `slots` on an engine that takes nothing new: what runs there runs on, and has no successor. */
  readonly held: ReadonlySet<string>;
  /** Those of `slots` whose volumes are being moved: nothing is started there, and nothing goes. */
  readonly moving?: ReadonlySet<string>;
  readonly replicas: readonly ReplicaView[];
  /** Slots for which a replica is being started. */
  readonly starting: ReadonlySet<string>;
  readonly waits: ReadonlyMap<string, Wait>;
  /** How full an engine is once so many replicas of the service left it. */
  readonly fullness: (engineId: string, departures: number) => number;
  /** Whether replicas of other templates may be exchanged now. */
  readonly isUpdating: boolean;
  /** The template that an empty slot gets while nothing is exchanged: one that is known to work there. */
  readonly standInFor: (slot: string) => number;
  /** On this server's monotonic clock. */
  readonly now: number;
}
