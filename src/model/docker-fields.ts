/**
 * A field of Docker's create body: since which minor version of API 1 Docker knows it, and until which. A daemon drops a
 * field that it does not know without a word.
 */
export interface DockerField {
  readonly since: number;
  /** The last version that knows it. */
  readonly until?: number;
  /** The fields of the object that it is, or of the objects in its list. Left out: whatever the user likes. */
  readonly fields?: DockerFields;
  /** Each value of the object is of these fields; its keys are names. */
  readonly each?: DockerFields;
  /** Values that came later than the field. */
  readonly values?: Readonly<Record<string, number>>;
}

export type DockerFields = Readonly<Record<string, DockerField>>;

/** API 1.24 is Docker 1.12, the oldest that Satsuma speaks with. */
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
    // Of a driver that it does not know, a daemon speaks at the start only.
    fields: { ...since(40, 'Count DeviceIDs Capabilities Options'), Driver: { since: 40, values: { cdi: 44 } } },
  },
  KernelMemoryTCP: { since: 40, until: 51 },
  CgroupnsMode: { since: 41 },
  // Before, of Windows alone.
  ConsoleSize: { since: 42 },
  Annotations: { since: 43 },
};

/**
 * All that Docker's create body can say, up to API 1.51. `name` and `platform` are sent in the query.
 * From https://github.com/moby/moby/blob/master/api/docs/CHANGELOG.md and the documents of the versions beside it.
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

/** By the version of its API, the first Docker that speaks it. Of those that a field came with. */
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

/** `1.44 (Docker 25)`. */
export function nameApi(version: number): string {
  const docker = dockers[version];
  return `1.${version}${docker === undefined ? '' : ` (Docker ${docker})`}`;
}
