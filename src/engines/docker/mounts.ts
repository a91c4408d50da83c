import type Docker from 'dockerode';
import type { Mount } from '../../model/runtime-options.ts';
import { optionalField } from './optional-field.ts';

const bytesPerMb = 2 ** 20;

export function toMount(mount: Mount): Docker.MountSettings {
  const { type, source, target, read_only, consistency, subpath } = mount;
  return {
    Type: type,
    Source: source ?? '',
    Target: target,
    ...optionalField('ReadOnly', read_only),
    ...optionalField('Consistency', consistency),
    ...options('BindOptions', bindOptions(mount)),
    ...options('VolumeOptions', type === 'volume' ? volumeOptions(mount) : {}),
    ...options('TmpfsOptions', tmpfsOptions(mount)),
    ...options('ImageOptions', type === 'image' ? optionalField('Subpath', subpath) : {}),
  } as Docker.MountSettings;
}

/** Docker rejects options of another mount type, even empty ones. */
function options(name: string, fields: object): object {
  return Object.keys(fields).length > 0 ? { [name]: fields } : {};
}

function bindOptions({ propagation, bind_recursive: recursive, bind_create_mountpoint }: Mount): object {
  return {
    ...optionalField('Propagation', propagation),
    ...(recursive === 'disabled' && { NonRecursive: true }),
    ...(recursive === 'writable' && { ReadOnlyNonRecursive: true }),
    ...(recursive === 'readonly' && { ReadOnlyForceRecursive: true }),
    ...optionalField('CreateMountpoint', bind_create_mountpoint),
  };
}

function volumeOptions({ nocopy, volume_labels, volume_driver, volume_opts, subpath }: Mount): object {
  const driver = {
    ...optionalField('Name', volume_driver),
    ...optionalField('Options', volume_opts && { ...volume_opts }),
  };
  return {
    ...optionalField('NoCopy', nocopy),
    ...optionalField('Labels', volume_labels && { ...volume_labels }),
    ...options('DriverConfig', driver),
    ...optionalField('Subpath', subpath),
  };
}

function tmpfsOptions({ size, tmpfs_mode: mode, tmpfs_options }: Mount): object {
  return {
    ...optionalField('SizeBytes', size === undefined ? undefined : size * bytesPerMb),
    ...optionalField('Mode', mode === undefined ? undefined : Number.parseInt(mode, 8)),
    ...optionalField('Options', tmpfs_options?.map(pair)),
  };
}

/** Docker expects `uid=1000` as two strings, and `noexec` as one. */
function pair(option: string): string[] {
  const at = option.indexOf('=');
  return at === -1 ? [option] : [option.slice(0, at), option.slice(at + 1)];
}
