import type { EnginePool } from '../engines/engine-client.ts';
import type { Installation } from '../installation/installation.ts';
import type { Logger } from '../logging/logger.ts';
import type { AuditTrail } from '../model/audit.ts';
import type { DiscoverySettings } from '../model/discovery.ts';
import type { EngineDeadlines } from '../model/engine-deadlines.ts';
import type { StrategyName } from '../model/image-config.ts';
import type { LoginGate } from '../model/login-gate.ts';
import type { NameScope } from '../model/name-scope.ts';
import type { NetworkPlugins } from '../model/network-plugin.ts';
import type { SchedulerRegistry } from '../model/scheduler.ts';
import type { SecretBox } from '../runtime/secret-box.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from './clock.ts';
import type { DetailCache } from './containers/detail-cache.ts';
import type { PlacementCounter } from './placement-counter.ts';
import type { StateCache } from './state-cache.ts';
import type { Timings } from './timings.ts';

/** What every command receives: the store, the engines, the in-memory state, and the settings. */
export interface Cluster {
  readonly store: Store;
  readonly pool: EnginePool;
  readonly cache: StateCache;
  readonly details: DetailCache;
  readonly registry: SchedulerRegistry;
  /** How services of deployments are reached. */
  readonly networkPlugins: NetworkPlugins;
  readonly placementCounter: PlacementCounter;
  readonly clock: Clock;
  readonly timings: Timings;
  /** The identity that marks this installation's containers. */
  readonly installation: Installation;
  /** The key that encrypts registry passwords; `isNew`: create it if missing. Throws `registry_key`. */
  readonly registryKey: (options?: { readonly isNew?: boolean }) => Promise<SecretBox>;
  /** Records requests in the audit log. Absent: no audit. */
  readonly audit?: AuditTrail | undefined;
  /** Slows down password guessing, for all kinds of login. */
  readonly logins: LoginGate;
  readonly settings: ClusterSettings;
  readonly logger: Logger;
}

export interface ClusterSettings {
  /** The default for image configs without a strategy. */
  readonly strategy: StrategyName;
  /** Multiplies the schedulable CPUs. */
  readonly overcommit: number;
  /** How long a reservation waits for its container before it is checked. */
  readonly leaseMs: number;
  /** The interval between resyncs of an engine. */
  readonly observeIntervalMs: number;
  readonly nameScope: NameScope;
  /** `restartMs` absent: calls do not wait for a restarting engine. */
  readonly deadlines: Pick<EngineDeadlines, 'startMs'> & Partial<Pick<EngineDeadlines, 'createMs' | 'restartMs'>>;
  /** Engines that pull the same image at the same time share one pull from the registry. */
  readonly imageSharing?: boolean;
  /** The DNS settings of this server. Absent: no DNS server. */
  readonly discovery?: DiscoverySettings;
  /** The retention of session recordings. Absent: limited by space only. */
  readonly audit?: { readonly keepMs: number };
  /** Loopback, link-local and cloud metadata addresses that webhooks may use nevertheless. */
  readonly webhookAllow?: readonly string[];
}
