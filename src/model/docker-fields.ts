/**
 * A field of Docker's create body, with the first and last minor version of API 1 that supports it. A daemon silently
 * ignores a field that it does not know.
 */
export interface DockerField {
  readonly since: number;
  /** The last version that supports it. */
  readonly until?: number;
  /** The fields of the object, or of each object in the list. Absent: any content. */
  readonly fields?: DockerFields;
  /** The fields of each value of a map; its keys are names. */
  readonly each?: DockerFields;
  /** Values that were added after the field, with their first version. */
  readonly values?: Readonly<Record<string, number>>;
}

export type DockerFields = Readonly<Record<string, DockerField>>;

/** API 1.24 is Docker 1.12, the oldest supported version. */
const oldest = 24;

function since(version: number, names: string): DockerFields {
  return Object.fromEntries(names.split(' ').map((name) => [name, { since: version }]));
}

const health: DockerFields = {
  ...since(oldest, 'Test Interval Timeout Retries'),
  StartPeriod: { since: 29 },
  StartInterval: { since: 44 },
};

const mount: DockerFields = {
  ...since(25, 'Source Target ReadOnly'),
  Type: { since: 25, values: { cluster: 42, image: 48 } },
  Consistency: { since: 28 },
  BindOptions: {
    since: 25,
    fields: {
      Propagation: { since: 25 },
      NonRecursive: { since: 40 },
      CreateMountpoint: { since: 42 },
      ...since(44, 'ReadOnlyNonRecursive ReadOnlyForceRecursive'),
    },
  },
  VolumeOptions: {
    since: 25,
    fields: {
      ...since(25, 'NoCopy Labels'),
      DriverConfig: { since: 25, fields: since(25, 'Name Options') },
      Subpath: { since: 45 },
    },
  },
  TmpfsOptions: { since: 25, fields: { ...since(25, 'SizeBytes Mode'), Options: { since: 46 } } },
  ImageOptions: { since: 48, fields: since(48, 'Subpath') },
  ClusterOptions: { since: 42, fields: {} },
};

const endpoint: DockerFields = {
  ...since(oldest, 'Links Aliases NetworkID'),
  IPAMConfig: { since: oldest, fields: since(oldest, 'IPv4Address IPv6Address LinkLocalIPs') },
  DriverOpts: { since: 33 },
  MacAddress: { since: 44 },
  GwPriority: { since: 48 },
};

const throttle = { since: oldest, fields: since(oldest, 'Path Rate') };

const host: DockerFields = {
  ...since(oldest, 'Binds ContainerIDFile NetworkMode PublishAllPorts VolumeDriver VolumesFrom CapAdd CapDrop'),
  ...since(oldest, 'Dns DnsOptions DnsSearch ExtraHosts GroupAdd Cgroup Links OomScoreAdj PidMode Privileged'),
  ...since(oldest, 'ReadonlyRootfs SecurityOpt StorageOpt Tmpfs UTSMode UsernsMode ShmSize Sysctls Runtime'),
  ...since(oldest, 'Isolation CpuShares Memory CgroupParent BlkioWeight CpuPeriod CpuQuota CpusetCpus CpusetMems'),
  ...since(oldest, 'MemoryReservation MemorySwap MemorySwappiness OomKillDisable PidsLimit CpuPercent'),
  ...since(oldest, 'IOMaximumIOps IOMaximumBandwidth'),
  ...since(25, 'AutoRemove NanoCpus CpuCount CpuRealtimePeriod CpuRealtimeRuntime Init'),
  PortBindings: { since: oldest, each: since(oldest, 'HostIp HostPort') },
  RestartPolicy: { since: oldest, fields: since(oldest, 'Name MaximumRetryCount') },
  LogConfig: { since: oldest, fields: since(oldest, 'Type Config') },
  Devices: { since: oldest, fields: since(oldest, 'PathOnHost PathInContainer CgroupPermissions') },
  Ulimits: { since: oldest, fields: since(oldest, 'Name Soft Hard') },
  BlkioWeightDevice: { since: oldest, fields: since(oldest, 'Path Weight') },
  ...{ BlkioDeviceReadBps: throttle, BlkioDeviceWriteBps: throttle },
  ...{ BlkioDeviceReadIOps: throttle, BlkioDeviceWriteIOps: throttle },
  IpcMode: { since: oldest, values: { none: 32, private: 32, shareable: 32 } },
  KernelMemory: { since: oldest, until: 41 },
  Mounts: { since: 25, fields: mount },
  DeviceCgroupRules: { since: 28 },
  ...since(38, 'MaskedPaths ReadonlyPaths'),
  DeviceRequests: {
    since: 40,
    // A daemon reports an unknown driver only when the container starts.
    fields: { ...since(40, 'Count DeviceIDs Capabilities Options'), Driver: { since: 40, values: { cdi: 44 } } },
  },
  KernelMemoryTCP: { since: 40, until: 51 },
  CgroupnsMode: { since: 41 },
  // Before that, Windows only.
  ConsoleSize: { since: 42 },
  Annotations: { since: 43 },
};

/**
 * All fields of Docker's create body, up to API 1.51. `name` and `platform` are sent in the query. Source:
 * https://github.com/moby/moby/blob/master/api/docs/CHANGELOG.md and the API documents of each version beside it.
 */
export const createBodyFields: DockerFields = {
  ...since(oldest, 'name Hostname Domainname User AttachStdin AttachStdout AttachStderr ExposedPorts Tty OpenStdin'),
  ...since(oldest, 'StdinOnce Env Cmd ArgsEscaped Image Volumes WorkingDir Entrypoint NetworkDisabled OnBuild'),
  ...since(oldest, 'Labels StopSignal Shell'),
  MacAddress: { since: oldest, until: 51 },
  Healthcheck: { since: oldest, fields: health },
  StopTimeout: { since: 25 },
  platform: { since: 41 },
  HostConfig: { since: oldest, fields: host },
  NetworkingConfig: {
    since: oldest,
    fields: { EndpointsConfig: { since: oldest, each: endpoint } },
  },
};

/** The first Docker release with each API version that added a field. */
const dockers: Readonly<Record<number, string>> = {
  ...{
    25: '1.13',
    28: '17.04',
    29: '17.05',
    32: '17.09',
    33: '17.10',
    38: '18.06',
    40: '19.03',
    41: '20.10',
    42: '23',
  },
  ...{ 43: '24', 44: '25', 45: '26', 46: '27', 48: '28', 52: '29' },
};

/** Formats an API version: `1.44 (Docker 25)`. */
export function nameApi(version: number): string {
  const docker = dockers[version];
  return `1.${version}${docker === undefined ? '' : ` (Docker ${docker})`}`;
}
