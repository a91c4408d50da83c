import { type DockerNeed, dockerNeeds } from './docker-needs.ts';
import { type ImageConfig, isCdiName, type NetworkAttachment } from './image-config.ts';
import type { Mount } from './runtime-options.ts';

type Needs<Value> = (value: Value) => readonly (DockerNeed | false | undefined)[];

/**
 * Fields that need a newer Docker than the oldest supported one, with the path as the user wrote it. A test compares
 * this table with the generated Docker bodies.
 */
const needsOf: { readonly [Field in keyof ImageConfig]?: Needs<NonNullable<ImageConfig[Field]>> } = {
  cpus: (cpus) => [cpus > 0 && { path: 'cpus', since: 25 }],
  init: (isAsked) => [isAsked && { path: 'init', since: 25 }],
  auto_remove: (isAsked) => [isAsked && { path: 'auto_remove', since: 25 }],
  stop_timeout: (seconds) => [seconds !== 0 && { path: 'stop_timeout', since: 25 }],
  health_check: ({ start_period, start_interval }) =>
    [
      start_period && { path: 'health_check.start_period', since: 29 },
      start_interval && { path: 'health_check.start_interval', since: 44 },
    ].filter((need) => typeof need === 'object'),
  device_cgroup_rules: ({ length }) => [length > 0 && { path: 'device_cgroup_rules', since: 28 }],
  ipc_mode: (mode) => [['none', 'private', 'shareable'].includes(mode) && { path: `ipc_mode ${mode}`, since: 32 }],
  gpus: () => [{ path: 'gpus', since: 40 }],
  devices: (devices) => [devices.some(isCdiName) && { path: 'devices by CDI names', since: 44 }],
  platform: () => [{ path: 'platform', since: 41 }],
  networks: (networks) =>
    networks.flatMap((network, index) => {
      const { mac_address, driver_opts, gw_priority } =
        typeof network === 'string' ? ({} as NetworkAttachment) : network;
      return [
        mac_address !== undefined && { path: `networks[${index}].mac_address`, since: 44 },
        driver_opts !== undefined && { path: `networks[${index}].driver_opts`, since: 33 },
        Boolean(gw_priority) && { path: `networks[${index}].gw_priority`, since: 48 },
      ];
    }),
  mounts: (mounts) => mounts.flatMap((mount, index) => needsOfMount(mount, `mounts[${index}]`)),
};

function needsOfMount(mount: Mount, at: string): readonly (DockerNeed | false | undefined)[] {
  const { type, bind_recursive: recursive, subpath, tmpfs_options } = mount;
  return [
    type === 'image' ? { path: `${at}.type image`, since: 48 } : { path: at, since: 25 },
    mount.consistency !== undefined && { path: `${at}.consistency`, since: 28 },
    recursive === 'disabled' && { path: `${at}.bind_recursive`, since: 40 },
    (recursive === 'writable' || recursive === 'readonly') && { path: `${at}.bind_recursive ${recursive}`, since: 44 },
    mount.bind_create_mountpoint && { path: `${at}.bind_create_mountpoint`, since: 42 },
    subpath !== undefined && type === 'volume' && { path: `${at}.subpath`, since: 45 },
    tmpfs_options !== undefined && { path: `${at}.tmpfs_options`, since: 46 },
  ];
}

/** The Docker API versions that an image config requires, newest first. */
export function imageDockerNeeds(image: ImageConfig): readonly DockerNeed[] {
  const ofFields = (Object.keys(needsOf) as (keyof ImageConfig)[]).flatMap((field) => {
    const value = image[field];
    const needs = needsOf[field] as Needs<unknown> | undefined;
    return value === undefined || !needs ? [] : needs(value).filter((need) => need !== false && need !== undefined);
  }) as DockerNeed[];
  const ofRest = image.docker
    ? dockerNeeds(image.docker).map((need) => ({ ...need, path: `docker.${need.path}` }))
    : [];
  return [...ofFields, ...ofRest].sort((a, b) => b.since - a.since);
}
