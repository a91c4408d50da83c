import { InvalidArgumentError } from 'commander';
import type { Mount } from '../model/runtime-options.ts';
import { commaFields, keyAndValue } from './comma-fields.ts';
import { megabytes } from './numbers.ts';

type Changes = Readonly<Record<string, unknown>>;
/** Adds the meaning of a key to the mount. */
type Reader = (value: string | undefined, before: Changes) => Changes;

const textOf =
  (field: keyof Mount): Reader =>
  (value = '') => ({ [field]: value });
/** A key alone means true. */
const flagOf =
  (field: keyof Mount): Reader =>
  (value) => ({ [field]: isYes(value) });
const pairOf =
  (field: keyof Mount): Reader =>
  (text = '', before) => {
    const [key, value = ''] = keyAndValue(text);
    return { [field]: { ...(before[field] as object | undefined), [key]: value } };
  };

function isYes(value = ''): boolean {
  return ['', 'true', '1'].includes(value);
}

/** Docker's keys, and their short forms. */
const keys: Readonly<Record<string, Reader>> = {
  type: textOf('type'),
  ...{ source: textOf('source'), src: textOf('source') },
  ...{ target: textOf('target'), dst: textOf('target'), destination: textOf('target') },
  ...{ readonly: flagOf('read_only'), ro: flagOf('read_only') },
  consistency: textOf('consistency'),
  'bind-propagation': textOf('propagation'),
  'bind-recursive': textOf('bind_recursive'),
  // Docker's older key.
  'bind-nonrecursive': (value) => (isYes(value) ? { bind_recursive: 'disabled' } : {}),
  'bind-create-src': flagOf('bind_create_mountpoint'),
  'volume-nocopy': flagOf('nocopy'),
  'volume-driver': textOf('volume_driver'),
  'volume-opt': pairOf('volume_opts'),
  'volume-label': pairOf('volume_labels'),
  ...{ 'volume-subpath': textOf('subpath'), 'image-subpath': textOf('subpath') },
  'tmpfs-size': (value = '') => ({ size: megabytes(value) }),
  'tmpfs-mode': textOf('tmpfs_mode'),
  'tmpfs-opt': (value = '', before) => ({
    tmpfs_options: [...((before.tmpfs_options as string[] | undefined) ?? []), value],
  }),
};

/** Like `docker run --mount`; the server checks the values. */
export function mount(text: string, previous: Mount[] = []): Mount[] {
  const fields = commaFields(text);
  if (!fields) throw new InvalidArgumentError('A quote is not closed.');
  // The default type is volume, as in docker.
  let made: Changes = { type: 'volume' };
  for (const [key, value] of fields.map(keyAndValue)) {
    const reader = Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (!reader) throw new InvalidArgumentError(`"${key}" is unknown; valid keys: ${Object.keys(keys).join(', ')}.`);
    made = { ...made, ...reader(value, made) };
  }
  return [...previous, made as unknown as Mount];
}
