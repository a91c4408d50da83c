import type { DiscoverySettings } from '../model/discovery.ts';
import type { Doors } from '../model/doors.ts';
import type { EngineDeadlines } from '../model/engine-deadlines.ts';
import type { StrategyName } from '../model/image-config.ts';
import type { NameScope } from '../model/name-scope.ts';
import type { OidcSettings } from '../model/oidc.ts';

/** The running configuration, frozen. Times are in milliseconds; paths are absolute. */
export interface Config {
  readonly listen: ListenAddress;
  /** Names that requests may name this server by, besides IP addresses and `localhost`. */
  readonly allowedHosts: readonly string[];
  /** Operator's word that an address beyond loopback may be served without accounts or without TLS. */
  readonly insecure: boolean;
  readonly auth: AuthSettings;
  readonly audit: AuditSettings;
  /** Left out: the API is served without TLS. */
  readonly serverTls?: ServerTlsPaths;
  /** Left out: only `unix://` engines can be reached. */
  readonly tls?: TlsPaths;
  /** What this cluster is called on the labels of its containers; left out: known by its keys. */
  readonly installation?: string;
  /** Files with the keys for labels, the first of which is used for new ones; none: the client's key is. */
  readonly labelKeys: readonly string[];
  /** The file with the key for passwords of registries; left out: none is configured. */
  readonly registryKeyFile?: string;
  /** Engines' certificates are not checked: neither who signed them nor whom they name. */
  readonly skipVerify: boolean;
  readonly store: StoreConfig;
  /** The types a user composed: for each, the names of the schedulers that all have to agree. */
  readonly types: Readonly<Record<string, readonly string[]>>;
  /** Modules to import: absolute paths, or names of installed packages. */
  readonly schedulers: readonly string[];
  /** How many times its own CPUs an engine may promise: 0.1 to 100. */
  readonly overcommit: number;
  /** Where the name of a container is unique. */
  readonly nameScope: NameScope;
  readonly strategy: StrategyName;
  readonly logLevel: LogLevel;
  /** How long a reservation holds without being renewed or bound. */
  readonly leaseMs: number;
  /** Between two looks at an engine. */
  readonly observeIntervalMs: number;
  readonly deadlines: EngineDeadlines;
  /** Engines that pull the same image at the same moment ask the registry once. */
  readonly imageSharing: boolean;
  /** Addresses and networks that webhooks may lead to although they are this machine's, its link's or a cloud's. */
  readonly webhookAllow: readonly string[];
  /** Each beside /apiv1, on a listener of its own. */
  readonly doors: Doors;
  /** Left out: no name is answered. */
  readonly discovery?: DiscoverySettings;
}

/** Without a host: all interfaces. Port 0: the system chooses. */
export interface ListenAddress {
  readonly host?: string;
  readonly port: number;
}

export const authModes = ['open-loopback', 'required'] as const;

export interface AuthSettings {
  /** `open-loopback`: nobody is asked who they are, and only this machine can connect. `required`: everybody is. */
  readonly mode: (typeof authModes)[number];
  /** Where the first token is written; left out: it is printed. */
  readonly adminTokenFile?: string;
  /** Each issuer once; the first is that of the command line, unless it is told otherwise. Left out: nobody can show an ID token. */
  readonly oidc?: readonly OidcSettings[];
}

/** Whether what is done is recorded, and for how long. */
export interface AuditSettings {
  readonly isOn: boolean;
  readonly keepMs: number;
}

/** PEM files that the API is served with; `clientCa`: of whom the certificates of clients are. */
export interface ServerTlsPaths {
  readonly cert: string;
  readonly key: string;
  readonly clientCa?: string;
}

/** PEM files: the client certificate that engines are reached with, its key, and the authority engines are signed by. */
export interface TlsPaths {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export type StoreConfig = RedisStoreConfig | { readonly kind: 'embedded'; readonly dir: string };

export interface RedisStoreConfig {
  readonly kind: 'redis';
  /** May hold a password. */
  readonly url: string;
  readonly prefix: string;
  /** For a URL of TLS. */
  readonly tls?: RedisTls;
  /** Everybody on this machine can read the password in the list of processes. */
  readonly isPasswordExposed?: true;
}

/** PEM files, and the name that the certificate of Redis must have instead of the host's. */
export interface RedisTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
}

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];
