import type Docker from 'dockerode';
import type { Mount } from '../../model/runtime-options.ts';
import { given } from './given.ts';

const bytesPerMb = 2 ** 20;

export function toMount(mount: Mount): Docker.MountSettings {
  const { type, source, target, read_only, consistency, subpath } = mount;
  return {
    Type: type,
    Source: source ?? '',
    Target: target,
    ...given('ReadOnly', read_only),
    ...given('Consistency', consistency),
    ...options('BindOptions', bindOptions(mount)),
    ...options('VolumeOptions', type === 'volume' ? volumeOptions(mount) : {}),
    ...options('TmpfsOptions', tmpfsOptions(mount)),
    ...options('ImageOptions', type === 'image' ? given('Subpath', subpath) : {}),
  } as Docker.MountSettings;
}

/** Docker refuses options of another type than the mount's, even empty ones. */
function options(name: string, fields: object): object {
  return Object.keys(fields).length > 0 ? { [name]: fields } : {};
}

function bindOptions({ propagation, bind_recursive: recursive, bind_create_mountpoint }: Mount): object {
  return {
    ...given('Propagation', propagation),
    ...(recursive === 'disabled' && { NonRecursive: true }),
    ...(recursive === 'writable' && { ReadOnlyNonRecursive: true }),
    ...(recursive === 'readonly' && { ReadOnlyForceRecursive: true }),
    ...given('CreateMountpoint', bind_create_mountpoint),
  };
}

function volumeOptions({ nocopy, volume_labels, volume_driver, volume_opts, subpath }: Mount): object {
  const driver = { ...given('Name', volume_driver), ...given('Options', volume_opts && { ...volume_opts }) };
  return {
    ...given('NoCopy', nocopy),
    ...given('Labels', volume_labels && { ...volume_labels }),
    ...options('DriverConfig', driver),
    ...given('Subpath', subpath),
  };
}

function tmpfsOptions({ size, tmpfs_mode: mode, tmpfs_options }: Mount): object {
  return {
    ...given('SizeBytes', size === undefined ? undefined : size * bytesPerMb),
    ...given('Mode', mode === undefined ? undefined : Number.parseInt(mode, 8)),
    ...given('Options', tmpfs_options?.map(pair)),
  };
}

/** `uid=1000` are two texts for Docker, and `noexec` is one. */
function pair(option: string): string[] {
  const at = option.indexOf('=');
  return at === -1 ? [option] : [option.slice(0, at), option.slice(at + 1)];
}
