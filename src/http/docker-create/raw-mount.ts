/** A mount as Docker's create body has it. */
export interface RawMount {
  readonly Type?: string;
  readonly Source?: string;
  readonly Target?: string;
  readonly ReadOnly?: boolean;
  readonly Consistency?: string;
  readonly BindOptions?: {
    readonly Propagation?: string;
    readonly NonRecursive?: boolean;
    readonly CreateMountpoint?: boolean;
    readonly ReadOnlyNonRecursive?: boolean;
    readonly ReadOnlyForceRecursive?: boolean;
  };
  readonly VolumeOptions?: {
    readonly NoCopy?: boolean;
    readonly Labels?: Readonly<Record<string, string>>;
    readonly DriverConfig?: { readonly Name?: string; readonly Options?: Readonly<Record<string, string>> };
    readonly Subpath?: string;
  };
  readonly TmpfsOptions?: {
    readonly SizeBytes?: number;
    readonly Mode?: number;
    readonly Options?: readonly (readonly string[])[];
  };
  readonly ImageOptions?: { readonly Subpath?: string };
}

/** What is read of it. */
export const rawMountParts = {
  '': [
    ...['Type', 'Source', 'Target', 'ReadOnly', 'Consistency'],
    ...['BindOptions', 'VolumeOptions', 'TmpfsOptions', 'ImageOptions'],
  ],
  BindOptions: [
    ...['Propagation', 'NonRecursive', 'CreateMountpoint', 'ReadOnlyNonRecursive', 'ReadOnlyForceRecursive'],
  ],
  ...{ VolumeOptions: ['NoCopy', 'Labels', 'DriverConfig', 'Subpath'], TmpfsOptions: ['SizeBytes', 'Mode', 'Options'] },
  ImageOptions: ['Subpath'],
} as const;

/** As a mount of an image config. Values are not checked here. */
export function toMount(raw: RawMount): object {
  const { Type, Source, Target, ReadOnly, Consistency, BindOptions, VolumeOptions, TmpfsOptions, ImageOptions } = raw;
  const { Name: driver, Options: options } = VolumeOptions?.DriverConfig ?? {};
  const subpath = VolumeOptions?.Subpath || ImageOptions?.Subpath;
  return {
    type: Type,
    ...(Source && { source: Source }),
    target: Target,
    ...(ReadOnly && { read_only: true }),
    ...(Consistency && { consistency: Consistency }),
    ...(BindOptions?.Propagation && { propagation: BindOptions.Propagation }),
    ...(BindOptions?.NonRecursive && { bind_recursive: 'disabled' }),
    ...(BindOptions?.ReadOnlyNonRecursive && { bind_recursive: 'writable' }),
    ...(BindOptions?.ReadOnlyForceRecursive && { bind_recursive: 'readonly' }),
    ...(BindOptions?.CreateMountpoint && { bind_create_mountpoint: true }),
    ...(VolumeOptions?.NoCopy && { nocopy: true }),
    ...(driver && { volume_driver: driver }),
    ...(options && { volume_opts: options }),
    ...(VolumeOptions?.Labels && { volume_labels: VolumeOptions.Labels }),
    ...(subpath && { subpath }),
    ...(TmpfsOptions?.SizeBytes && { size: Math.ceil(TmpfsOptions.SizeBytes / 2 ** 20) }),
    ...(TmpfsOptions?.Mode && { tmpfs_mode: TmpfsOptions.Mode.toString(8).padStart(3, '0') }),
    ...(TmpfsOptions?.Options && { tmpfs_options: TmpfsOptions.Options.map((words) => words.join('=')) }),
  };
}
