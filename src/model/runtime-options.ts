/**
 * How a container runs on its engine, whichever that is: what `docker run` can say beside what an engine is chosen by. Names
 * are those of docker run, in snake_case. Sizes are MiB, as `memory` is; times are seconds.
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
  /** Of the image: `OS[/ARCHITECTURE[/VARIANT]]`. */
  readonly platform?: string;
  readonly stop_signal?: string;
  readonly stop_timeout?: number;
  /** Docker's own HEALTHCHECK, in place of that of the image. */
  readonly health_check?: DockerHealthCheck;
  readonly log_driver?: string;
  readonly log_options?: Readonly<Record<string, string>>;
  /** Memory and swap together; -1 is no limit. */
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
  /** Labels of the container. `labels` are those that its engine must have. */
  readonly container_labels?: Readonly<Record<string, string>>;
  /** `PORT[/PROTO]`. */
  readonly expose?: readonly string[];
  /** Docker removes it when it ends. */
  readonly auto_remove?: boolean;
  /** What no field says, as a part of the body of Docker's container create; it is merged beneath the fields. */
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
  /** Only Docker Desktop heeds it. */
  readonly consistency?: 'default' | 'consistent' | 'cached' | 'delegated';
  /** Of a bind. */
  readonly propagation?: 'private' | 'rprivate' | 'shared' | 'rshared' | 'slave' | 'rslave';
  /** Of a bind: the mounts beneath its source are not there (`disabled`), stay writable, or must all be read-only. */
  readonly bind_recursive?: (typeof bindRecursions)[number];
  /** Of a bind: its source is made where there is none. */
  readonly bind_create_mountpoint?: boolean;
  /** Of a volume: nothing of the image is copied into it. */
  readonly nocopy?: boolean;
  /** Of a volume that is made for it. */
  readonly volume_driver?: string;
  readonly volume_opts?: Readonly<Record<string, string>>;
  readonly volume_labels?: Readonly<Record<string, string>>;
  /** Of a volume or an image: the folder in it. */
  readonly subpath?: string;
  /** Of a tmpfs. */
  readonly size?: number;
  /** Octal, like `1770`. */
  readonly tmpfs_mode?: string;
  /** Like `noexec` and `uid=1000`. */
  readonly tmpfs_options?: readonly string[];
}

export interface DockerHealthCheck {
  /** A command for the shell, the words of a program, or none. Left out: that of the image. */
  readonly test?: string | readonly string[];
  readonly interval?: number;
  readonly timeout?: number;
  readonly start_period?: number;
  /** Between checks until the first one that succeeds. */
  readonly start_interval?: number;
  readonly retries?: number;
}

/** What of Docker's body a field says as well, by the place that Docker gives it. */
export const dockerFields: Readonly<Record<string, string>> = {
  ...{ Image: 'name', Hostname: 'hostname', Domainname: 'domain', Cmd: 'args' },
  ...{ Entrypoint: 'entrypoint', ExposedPorts: 'expose', Volumes: 'volumes', Labels: 'container_labels' },
  ...{ User: 'user', WorkingDir: 'working_dir', Tty: 'tty', OpenStdin: 'stdin_open', StopSignal: 'stop_signal' },
  ...{ StopTimeout: 'stop_timeout', Healthcheck: 'health_check', name: 'container_name', platform: 'platform' },
};

/** The same of its `HostConfig`. */
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
