import { checkBind } from './check-bind.ts';
import { isNothing, objectOf, type Report, shown } from './report.ts';

/** Options of a plain tmpfs; none of them turns it into another kind of mount. */
export const tmpfsOption =
  /^((size|mode|uid|gid|nr_inodes|nr_blocks)=[\w%]+|ro|rw|nosuid|nodev|noexec|suid|dev|exec|noatime)$/;
const knownOptions = ['type', 'device', 'o', 'size'];
/** Options of mount(8) that change the kind of mount. */
const otherMounts = ['remount', 'move', 'shared', 'rshared'];

/**
 * Checks how a volume is or was created: the local driver can mount any folder, disk or file system of the host.
 * `options`: those of the driver.
 */
export function checkVolume(
  report: Report,
  { driver, options }: { readonly driver: unknown; readonly options: unknown },
  path: string,
): void {
  const name = isNothing(driver) ? 'local' : driver;
  const { volume_drivers = ['local'] } = report.rules;
  if (typeof name !== 'string' || !volume_drivers.includes(name)) {
    report.refuse('volume_drivers', path, `the volume driver ${shown(name)} must not be used`);
  } else if (name === 'local' && !isNothing(options)) {
    checkLocal(report, options, path);
  }
}

function checkLocal(report: Report, options: unknown, path: string): void {
  const fields = textFieldsOf(options);
  const { type = '', device = '', o = '' } = fields ?? {};
  const words = o.split(',').filter((word) => word !== '');
  const { volume_types = [] } = report.rules;
  if (!fields) {
    report.refuse('volume_types', path, 'the volume has options that no rule covers');
  } else if (words.some((word) => otherMounts.includes(word))) {
    report.refuse('volume_types', path, `a volume with the mount options ${shown(o)} must not be used`);
  } else if (words.includes('bind') || words.includes('rbind')) {
    checkBind(report, { source: device, isReadOnly: words.includes('ro') }, path);
  } else {
    const isEmpty = type === '' && device === '' && words.length === 0;
    const isTmpfs = type === 'tmpfs' && words.every((word) => tmpfsOption.test(word));
    // `//server/share` for Windows shares.
    const isRemote = !device.startsWith('/') || (['cifs', 'smb3'].includes(type) && /^\/\/[^/]/.test(device));
    const isNetwork = volume_types.some((each) => each === type) && isRemote;
    if (isEmpty || isTmpfs || isNetwork) return;
    report.refuse('volume_types', path, `a volume of the type ${shown(type)} on ${shown(device)} must not be used`);
  }
}

/** Undefined if there are other options or non-string values. */
function textFieldsOf(options: unknown): Readonly<Record<string, string>> | undefined {
  const fields = objectOf(options);
  const isKnown = ([key, value]: [string, unknown]) => knownOptions.includes(key) && typeof value === 'string';
  return fields && Object.entries(fields).every(isKnown) ? (fields as Readonly<Record<string, string>>) : undefined;
}
