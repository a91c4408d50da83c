import type { DiscoverySettings } from '../model/discovery.ts';
import type { Doors } from '../model/doors.ts';
import type { EngineDeadlines } from '../model/engine-deadlines.ts';
import type { StrategyName } from '../model/image-config.ts';
import type { NameScope } from '../model/name-scope.ts';
import type { OidcSettings } from '../model/oidc.ts';

/** The running configuration, frozen. Times are in milliseconds; paths are absolute. */
export interface Config {
  readonly listen: ListenAddress;
  /** Host names that requests may use, besides IP addresses and `localhost`. */
  readonly allowedHosts: readonly string[];
  /** The operator's permission to listen beyond loopback without accounts or without TLS. */
  readonly insecure: boolean;
  readonly auth: AuthSettings;
  readonly audit: AuditSettings;
  /** Absent: the API has no TLS. */
  readonly serverTls?: ServerTlsPaths;
  /** Absent: only `unix://` engines can be reached. */
  readonly tls?: TlsPaths;
  /** The name of this cluster in the labels of its containers. Absent: identified by its keys. */
  readonly installation?: string;
  /** Files with the keys that sign labels; the first signs new ones. Empty: the client's key is used. */
  readonly labelKeys: readonly string[];
  /** The file with the key for registry passwords. Absent: none is configured. */
  readonly registryKeyFile?: string;
  /** Disables verification of the engines' certificates: both issuer and name. */
  readonly skipVerify: boolean;
  readonly store: StoreConfig;
  /** User-defined types: each with the names of its schedulers, all of which must accept. */
  readonly types: Readonly<Record<string, readonly string[]>>;
  /** Modules to import: absolute paths, or names of installed packages. */
  readonly schedulers: readonly string[];
  /** The same of network plug-ins. */
  readonly networkPlugins: readonly string[];
  /** The factor by which an engine's CPUs are overcommitted: 0.1 to 100. */
  readonly overcommit: number;
  /** The scope in which container names are unique. */
  readonly nameScope: NameScope;
  readonly strategy: StrategyName;
  readonly logLevel: LogLevel;
  /** How long a reservation lasts without being renewed or bound. */
  readonly leaseMs: number;
  /** The interval between resyncs of an engine. */
  readonly observeIntervalMs: number;
  readonly deadlines: EngineDeadlines;
  /** Engines that pull the same image at the same time share one pull from the registry. */
  readonly imageSharing: boolean;
  /** Loopback, link-local and cloud metadata addresses that webhooks may use nevertheless. */
  readonly webhookAllow: readonly string[];
  /** The additional APIs, each on its own listener. */
  readonly doors: Doors;
  /** Absent: no DNS server. */
  readonly discovery?: DiscoverySettings;
}

/** No host: all interfaces. Port 0: the system chooses one. */
export interface ListenAddress {
  readonly host?: string;
  readonly port: number;
}

export const authModes = ['open-loopback', 'required'] as const;

export interface AuthSettings {
  /**
   * `open-loopback`: no authentication, and only this machine can connect. `required`: every request is authenticated.
   */
  readonly mode: (typeof authModes)[number];
  /** The file for the first token. Absent: it is printed. */
  readonly adminTokenFile?: string;
  /**
   * OpenID Connect providers, one per issuer; the first is the default of the command line. Absent: no login by ID
   * token.
   */
  readonly oidc?: readonly OidcSettings[];
}

/** Whether actions are audited, and the retention time. */
export interface AuditSettings {
  readonly isOn: boolean;
  readonly keepMs: number;
}

/** PEM files of the API; `clientCa`: the authority of client certificates. */
export interface ServerTlsPaths {
  readonly cert: string;
  readonly key: string;
  readonly clientCa?: string;
}

/** PEM files: the client certificate for engines, its key, and the authority that signs engines' certificates. */
export interface TlsPaths {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export type StoreConfig = RedisStoreConfig | { readonly kind: 'embedded'; readonly dir: string };

interface RedisStoreConfig {
  readonly kind: 'redis';
  /** May contain a password. */
  readonly url: string;
  readonly prefix: string;
  /** For TLS URLs. */
  readonly tls?: RedisTls;
  /** The password is visible in the process list. */
  readonly isPasswordExposed?: true;
}

/** PEM files, and the expected name in Redis' certificate if it differs from the host. */
export interface RedisTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
}

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];
