/**
 * How a container runs, independent of its engine: options of `docker run` that do not affect placement. Names are
 * those of docker run, in snake_case. Sizes are in MiB, as `memory`; times in seconds.
 */
export interface RuntimeOptions {
  /** `NAME|UID[:GROUP|GID]`. */
  readonly user?: string;
  readonly working_dir?: string;
  readonly tty?: boolean;
  readonly stdin_open?: boolean;
  /** An init process forwards signals and reaps processes. */
  readonly init?: boolean;
  readonly privileged?: boolean;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly read_only?: boolean;
  /** Path to options, like `{"/run": "size=64m"}`. */
  readonly tmpfs?: Readonly<Record<string, string>>;
  readonly shm_size?: number;
  readonly ulimits?: Readonly<Record<string, number | Ulimit>>;
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly dns?: readonly string[];
  readonly dns_search?: readonly string[];
  readonly dns_options?: readonly string[];
  /** `HOST:IP`. */
  readonly extra_hosts?: readonly string[];
  readonly mounts?: readonly Mount[];
  readonly pid_mode?: string;
  readonly ipc_mode?: string;
  readonly uts_mode?: string;
  readonly userns_mode?: string;
  readonly cgroup_parent?: string;
  readonly runtime?: string;
  /** The image's platform: `OS[/ARCHITECTURE[/VARIANT]]`. */
  readonly platform?: string;
  readonly stop_signal?: string;
  readonly stop_timeout?: number;
  /** Docker's HEALTHCHECK, overriding that of the image. */
  readonly health_check?: DockerHealthCheck;
  readonly log_driver?: string;
  readonly log_options?: Readonly<Record<string, string>>;
  /** Memory plus swap; -1 is no limit. */
  readonly memory_swap?: number;
  readonly memory_reservation?: number;
  /** -1 is no limit. */
  readonly pids_limit?: number;
  /** Like `0-3` or `0,1`. */
  readonly cpuset?: string;
  readonly oom_kill_disable?: boolean;
  readonly oom_score_adj?: number;
  readonly group_add?: readonly string[];
  readonly device_cgroup_rules?: readonly string[];
  /** Labels of the container. `labels` are labels that its engine must have. */
  readonly container_labels?: Readonly<Record<string, string>>;
  /** `PORT[/PROTO]`. */
  readonly expose?: readonly string[];
  /** Docker removes it when it ends. */
  readonly auto_remove?: boolean;
  /** Fields of Docker's create body that have no field here. Fields here take precedence. */
  readonly docker?: Readonly<Record<string, unknown>>;
}

export interface Ulimit {
  readonly soft: number;
  readonly hard: number;
}

export const mountTypes = ['bind', 'volume', 'tmpfs', 'image'] as const;

export const bindRecursions = ['enabled', 'disabled', 'writable', 'readonly'] as const;

/** As `docker run --mount`. */
export interface Mount {
  readonly type: (typeof mountTypes)[number];
  readonly source?: string;
  readonly target: string;
  readonly read_only?: boolean;
  /** Used by Docker Desktop only. */
  readonly consistency?: 'default' | 'consistent' | 'cached' | 'delegated';
  /** For a bind. */
  readonly propagation?: 'private' | 'rprivate' | 'shared' | 'rshared' | 'slave' | 'rslave';
  /** For a bind: whether mounts beneath its source are left out (`disabled`), stay writable, or must be read-only. */
  readonly bind_recursive?: (typeof bindRecursions)[number];
  /** For a bind: creates a missing source. */
  readonly bind_create_mountpoint?: boolean;
  /** For a volume: does not copy the image's files into it. */
  readonly nocopy?: boolean;
  /** For a volume that is created with the container. */
  readonly volume_driver?: string;
  readonly volume_opts?: Readonly<Record<string, string>>;
  readonly volume_labels?: Readonly<Record<string, string>>;
  /** For a volume or an image: the folder in it. */
  readonly subpath?: string;
  /** For a tmpfs. */
  readonly size?: number;
  /** Octal, like `1770`. */
  readonly tmpfs_mode?: string;
  /** Like `noexec` and `uid=1000`. */
  readonly tmpfs_options?: readonly string[];
}

export interface DockerHealthCheck {
  /** A shell command, the words of a program, or `NONE`. Absent: that of the image. */
  readonly test?: string | readonly string[];
  readonly interval?: number;
  readonly timeout?: number;
  readonly start_period?: number;
  /** Interval until the first successful check. */
  readonly start_interval?: number;
  readonly retries?: number;
}

/** Fields of Docker's create body that an image config field sets too, by Docker's name. */
export const dockerFields: Readonly<Record<string, string>> = {
  ...{ Image: 'name', Hostname: 'hostname', Domainname: 'domain', Cmd: 'args' },
  ...{ Entrypoint: 'entrypoint', ExposedPorts: 'expose', Volumes: 'volumes', Labels: 'container_labels' },
  ...{ User: 'user', WorkingDir: 'working_dir', Tty: 'tty', OpenStdin: 'stdin_open', StopSignal: 'stop_signal' },
  ...{ StopTimeout: 'stop_timeout', Healthcheck: 'health_check', name: 'container_name', platform: 'platform' },
};

/** The same for `HostConfig`. */
export const hostConfigFields: Readonly<Record<string, string>> = {
  ...{ NanoCpus: 'cpus', CpuPeriod: 'cpus', CpuQuota: 'cpus', Memory: 'memory' },
  ...{ PortBindings: 'bind_ports', PublishAllPorts: 'publish', Binds: 'volumes', Mounts: 'mounts' },
  ...{ Links: 'links', NetworkMode: 'network_mode', VolumesFrom: 'volumes_from', RestartPolicy: 'restart_policy' },
  ...{ Devices: 'devices', Init: 'init', Privileged: 'privileged', CapAdd: 'cap_add' },
  ...{ CapDrop: 'cap_drop', SecurityOpt: 'security_opt', ReadonlyRootfs: 'read_only', Tmpfs: 'tmpfs' },
  ...{ ShmSize: 'shm_size', Ulimits: 'ulimits', Sysctls: 'sysctls', Dns: 'dns', DnsSearch: 'dns_search' },
  ...{ DnsOptions: 'dns_options', ExtraHosts: 'extra_hosts', PidMode: 'pid_mode', IpcMode: 'ipc_mode' },
  ...{ UTSMode: 'uts_mode', UsernsMode: 'userns_mode', CgroupParent: 'cgroup_parent', Runtime: 'runtime' },
  ...{ LogConfig: 'log_driver', MemorySwap: 'memory_swap', MemoryReservation: 'memory_reservation' },
  ...{ PidsLimit: 'pids_limit', CpusetCpus: 'cpuset', OomKillDisable: 'oom_kill_disable' },
  ...{ OomScoreAdj: 'oom_score_adj', GroupAdd: 'group_add', DeviceCgroupRules: 'device_cgroup_rules' },
  ...{ AutoRemove: 'auto_remove' },
};
