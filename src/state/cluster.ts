import type { EnginePool } from '../engines/engine-client.ts';
import type { Installation } from '../installation/installation.ts';
import type { Logger } from '../logging/logger.ts';
import type { AuditTrail } from '../model/audit.ts';
import type { DiscoverySettings } from '../model/discovery.ts';
import type { EngineDeadlines } from '../model/engine-deadlines.ts';
import type { StrategyName } from '../model/image-config.ts';
import type { LoginGate } from '../model/login-gate.ts';
import type { NameScope } from '../model/name-scope.ts';
import type { SchedulerRegistry } from '../model/scheduler.ts';
import type { SecretBox } from '../runtime/secret-box.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from './clock.ts';
import type { DetailCache } from './containers/detail-cache.ts';
import type { PlacementCounter } from './placement-counter.ts';
import type { StateCache } from './state-cache.ts';
import type { Timings } from './timings.ts';

/** What every command is given: the two contracts, what is known in memory, and the settings. */
export interface Cluster {
  readonly store: Store;
  readonly pool: EnginePool;
  readonly cache: StateCache;
  readonly details: DetailCache;
  readonly registry: SchedulerRegistry;
  readonly placementCounter: PlacementCounter;
  readonly clock: Clock;
  readonly timings: Timings;
  /** Whose containers are ours. */
  readonly installation: Installation;
  /** The key that passwords of registries are encrypted with; `isNew`: one may be made. Throws `registry_key`. */
  readonly registryKey: (options?: { readonly isNew?: boolean }) => Promise<SecretBox>;
  /** Where requests are recorded; left out: nowhere. */
  readonly audit?: AuditTrail | undefined;
  /** Slows those who guess passwords, whichever way they come. */
  readonly logins: LoginGate;
  readonly settings: ClusterSettings;
  readonly logger: Logger;
}

export interface ClusterSettings {
  /** For image configs that name none. */
  readonly strategy: StrategyName;
  /** Multiplies the CPUs that may be promised. */
  readonly overcommit: number;
  /** How long a reservation waits for its container before it is looked into. */
  readonly leaseMs: number;
  /** Between two resyncs of an engine. */
  readonly observeIntervalMs: number;
  readonly nameScope: NameScope;
  /** `restartMs` left out: no call waits for an engine. */
  readonly deadlines: Pick<EngineDeadlines, 'startMs'> & Partial<Pick<EngineDeadlines, 'createMs' | 'restartMs'>>;
  /** Engines that pull the same image at the same moment ask the registry once. */
  readonly imageSharing?: boolean;
  /** Where this server answers for the names of services; left out: nowhere. */
  readonly discovery?: DiscoverySettings;
  /** How long recordings of sessions are kept; left out: while there is room. */
  readonly audit?: { readonly keepMs: number };
  /** Addresses and networks that webhooks may lead to although they are this machine's, its link's or a cloud's. */
  readonly webhookAllow?: readonly string[];
}
