import { checkBind } from './check-bind.ts';
import { checkImage } from './check-rights.ts';
import { checkVolume, tmpfsOption } from './check-volume.ts';
import { type Check, isNothing, objectOf, type Report, refuseUnknown, shown, textsOf } from './report.ts';

const volumeName = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
const bindModes = [
  ...['ro', 'rw', 'z', 'Z', 'nocopy', 'private', 'rprivate', 'slave', 'rslave'],
  ...['consistent', 'cached', 'delegated', 'default'],
];
const propagations = ['', 'private', 'rprivate', 'slave', 'rslave'];

/** Checks `SOURCE:TARGET[:MODES]`. */
export const checkBinds: Check = (report, value, path) => {
  const binds = textsOf(value);
  if (!binds) report.refuse('bind_mounts', path, 'it must be a list of texts');
  for (const [index, bind] of (binds ?? []).entries()) checkOneBind(report, bind, `${path}[${index}]`);
};

function checkOneBind(report: Report, bind: string, path: string): void {
  const [source = '', target, modes = '', ...rest] = bind.split(':');
  const words = modes.split(',').filter((word) => word !== '');
  if (target === undefined || rest.length > 0 || !words.every((word) => bindModes.includes(word))) {
    report.refuse('bind_mounts', path, `the mount ${shown(bind)} must not be made`);
  } else if (!volumeName.test(source)) {
    checkBind(report, { source, isReadOnly: words.includes('ro') }, path);
  }
}

export const checkMounts: Check = (report, value, path) => {
  if (!Array.isArray(value)) report.refuse('bind_mounts', path, 'it must be a list of mounts');
  const mounts: readonly unknown[] = Array.isArray(value) ? value : [];
  for (const [index, mount] of mounts.entries()) checkMount(report, objectOf(mount) ?? {}, `${path}[${index}]`);
};

type Fields = Readonly<Record<string, unknown>>;

const mountFields = ['Type', 'Source', 'Target', 'ReadOnly', 'Consistency'];

/** By mount type: the name of its options object, and its checks. */
const mountTypes = {
  bind: {
    options: 'BindOptions',
    check: (report: Report, { Source, ReadOnly, BindOptions }: Fields, path: string) => {
      checkBind(report, { source: typeof Source === 'string' ? Source : '', isReadOnly: ReadOnly === true }, path);
      checkBindOptions(report, objectOf(BindOptions ?? {}), `${path}.BindOptions`);
    },
  },
  volume: {
    options: 'VolumeOptions',
    check: (report: Report, { Source, VolumeOptions }: Fields, path: string) => {
      if (!isNothing(Source) && !volumeName.test(String(Source))) {
        report.refuse('bind_mounts', path, `the mount of ${shown(Source)} must not be made`);
      }
      checkVolumeOptions(report, objectOf(VolumeOptions ?? {}), `${path}.VolumeOptions`);
    },
  },
  tmpfs: {
    options: 'TmpfsOptions',
    check: (report: Report, { Source, TmpfsOptions }: Fields, path: string) => {
      const options = objectOf(TmpfsOptions ?? {});
      if (!isNothing(Source) || !options) report.refuse('bind_mounts', path, 'a tmpfs has no source');
      refuseUnknown(report, options ?? {}, `${path}.TmpfsOptions`, ['SizeBytes', 'Mode', 'Options']);
      checkTmpfsOptions(report, options?.Options, `${path}.TmpfsOptions.Options`);
    },
  },
  image: {
    options: 'ImageOptions',
    check: (report: Report, { Source, ImageOptions }: Fields, path: string) => {
      checkImage(report, Source, `${path}.Source`);
      refuseUnknown(report, objectOf(ImageOptions ?? {}) ?? {}, `${path}.ImageOptions`, ['Subpath']);
    },
  },
} as const;

function checkMount(report: Report, mount: Fields, path: string): void {
  const { Type: type } = mount;
  if (type !== 'bind' && type !== 'volume' && type !== 'tmpfs' && type !== 'image') {
    report.refuse('bind_mounts', path, `a mount of the type ${shown(type)} must not be made`);
    return;
  }
  const { options, check } = mountTypes[type];
  refuseUnknown(report, mount, path, [...mountFields, options]);
  check(report, mount, path);
}

/** Docker accepts some options of mount(8), as pairs of name and value. */
function checkTmpfsOptions(report: Report, options: unknown, path: string): void {
  const words = Array.isArray(options)
    ? options.map((each) => (Array.isArray(each) ? each.join('=') : each))
    : [options];
  for (const word of isNothing(options) ? [] : words) {
    if (typeof word === 'string' && tmpfsOption.test(word)) continue;
    report.refuse('bind_mounts', path, `a tmpfs with the option ${shown(word)} must not be made`);
  }
}

function checkBindOptions(report: Report, options: Fields | undefined, path: string): void {
  if (!options || !propagations.includes(String(options.Propagation ?? ''))) {
    report.refuse('bind_mounts', path, 'mounts that are made in the container must not reach the engine');
  }
  refuseUnknown(report, options ?? {}, path, ['Propagation', 'NonRecursive', 'ReadOnlyForceRecursive']);
}

function checkVolumeOptions(report: Report, options: Fields | undefined, path: string): void {
  const config = objectOf(options?.DriverConfig ?? {});
  if (!options || !config) report.refuse('volume_drivers', path, 'the options must be an object');
  refuseUnknown(report, options ?? {}, path, ['NoCopy', 'Labels', 'DriverConfig', 'Subpath']);
  refuseUnknown(report, config ?? {}, `${path}.DriverConfig`, ['Name', 'Options']);
  checkVolume(report, { driver: config?.Name, options: config?.Options }, `${path}.DriverConfig`);
}

/** Docker creates an anonymous volume for each. */
export const checkMountPoints: Check = (report, value, path) => {
  for (const point of Object.keys(objectOf(value ?? {}) ?? { ':': 0 })) {
    if (!point.startsWith('/') || point.includes(':')) {
      report.refuse('bind_mounts', `${path}.${point}`, `the mount point ${shown(point)} must not be made`);
    }
  }
};

/** The driver of anonymous volumes, and of named volumes that do not exist yet. */
export const checkVolumeDriver: Check = (report, value, path) => {
  checkVolume(report, { driver: value, options: undefined }, path);
};

/** Maps container paths to tmpfs options. */
export const checkTmpfs: Check = (report, value, path) => {
  if (!objectOf(value ?? {})) report.refuse('bind_mounts', path, 'it must be an object');
};

/** The volumes that the body names. Only the engine knows how they were created. */
export function namedVolumes(host: Readonly<Record<string, unknown>>): readonly string[] {
  const binds = (textsOf(host.Binds) ?? []).map((bind) => bind.split(':')[0] ?? '');
  const mounts: readonly unknown[] = Array.isArray(host.Mounts) ? host.Mounts : [];
  const sources = mounts.map((mount) => objectOf(mount)).map((mount) => (mount?.Type === 'volume' ? mount.Source : ''));
  return [...new Set([...binds, ...sources.map((source) => String(source ?? ''))])].filter((each) =>
    volumeName.test(each),
  );
}
