import { posix } from 'node:path';
import Joi from 'joi';

/** A host path, or the name of a volume. */
const sourcePattern = /^(\/|[a-zA-Z0-9][a-zA-Z0-9_.-]+$)/;

/** Docker's options. At most one of each group may be given. */
const optionKinds: readonly (readonly string[])[] = [
  ['ro', 'rw'],
  ['z', 'Z'],
  ['nocopy'],
  ['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave'],
  ['consistent', 'cached', 'delegated', 'default'],
];

/** Like `docker run -v`. */
export const volumesSchema = Joi.array()
  .items(Joi.string().max(4096).custom(refuseBadVolume))
  .max(256)
  .unique()
  .custom(refuseSameTarget)
  .messages({
    'volume.bad': '{{#label}} must be like /data, /srv/data:/data or name:/data:ro, with absolute paths',
    'volume.root': '{{#label}} must not be mounted at /',
    'volume.option': '{{#label}} has unknown or conflicting options',
    'volumes.twice': '{{#label}} has two volumes at {{#target}}',
  });

interface Volume {
  /** Absent: an anonymous volume. */
  readonly source?: string | undefined;
  readonly target: string;
  readonly options?: string | undefined;
}

function readVolume(volume: string): Volume | undefined {
  const parts = volume.split(':');
  const [source, target = '', options] = parts.length === 1 ? [undefined, volume] : parts;
  const isRead = parts.length <= 3 && target.startsWith('/') && (source === undefined || sourcePattern.test(source));
  return isRead ? { source, target: posix.resolve(target), options } : undefined;
}

function refuseBadVolume(text: string, helpers: Joi.CustomHelpers): unknown {
  const volume = readVolume(text);
  if (!volume) return helpers.error('volume.bad');
  if (volume.target === '/') return helpers.error('volume.root');
  return volume.options === undefined || areOptions(volume.options.split(',')) ? text : helpers.error('volume.option');
}

function areOptions(options: readonly string[]): boolean {
  const kinds = options.map((option) => optionKinds.findIndex((kind) => kind.includes(option)));
  return !kinds.includes(-1) && new Set(kinds).size === kinds.length;
}

/** Docker rejects a second bind at one target; an anonymous volume at the same target is replaced by the bind. */
function refuseSameTarget(volumes: readonly string[], helpers: Joi.CustomHelpers): unknown {
  const targets = new Set<string>();
  for (const volume of volumes.map(readVolume)) {
    if (volume?.source === undefined) continue;
    if (targets.has(volume.target)) return helpers.error('volumes.twice', { target: volume.target });
    targets.add(volume.target);
  }
  return volumes;
}
