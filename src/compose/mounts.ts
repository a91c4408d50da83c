import { megabytes, octal } from '../application/amounts.ts';
import { projectLabel, volumeLabel } from '../application/labels.ts';
import { quoted } from '../application/problems.ts';
import type { Fields, Value } from '../application/value.ts';
import { given } from '../model/given.ts';
import { bindRecursions, type Mount } from '../model/runtime-options.ts';

/** A volume of the file, by its name there. */
export interface NamedVolume {
  readonly name: string;
  readonly driver?: string | undefined;
  readonly options?: Readonly<Record<string, string>> | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly isExternal: boolean;
}

export interface Volumes {
  /** As `docker run -v`. */
  readonly volumes: readonly string[];
  readonly mounts: readonly Mount[];
}

type Known = ReadonlyMap<string, NamedVolume>;

/** `volumes` of a service, in both forms. */
export function volumesOf(value: Value, known: Known): Volumes {
  const found = (value.list() ?? []).flatMap(
    (each) => (each.isText ? shortMount(each, known) : longMount(each, known)) ?? [],
  );
  return {
    volumes: found.filter((each) => typeof each === 'string'),
    mounts: found.filter((each) => typeof each !== 'string'),
  };
}

/** The volumes of the file, by the names that they have there. */
export function namedVolume(key: string, fields: Fields | undefined, project: string): NamedVolume {
  const external = externalOf(fields);
  const named = fields?.take('name')?.text();
  const driver = fields?.take('driver')?.text();
  const options = fields?.take('driver_opts')?.map();
  const labels = fields?.take('labels')?.map();
  fields?.finish();
  if (external && (driver ?? options ?? labels) !== undefined)
    fields?.fail('is external: what is there already is not described');
  return {
    name: named ?? (external ? (external.name ?? key) : `${project}_${key}`),
    ...given({ driver: options && driver === undefined ? 'local' : driver, options }),
    labels: { ...labels, [projectLabel]: project, [volumeLabel]: key },
    isExternal: external !== undefined,
  };
}

/** `external`: true, or an object with the name, as older files have it. */
export function externalOf(fields: Fields | undefined): { readonly name?: string | undefined } | undefined {
  const value = fields?.take('external');
  if (value === undefined) return undefined;
  if (value.isText) return value.flag() ? {} : undefined;
  const inner = value.fields();
  const name = inner?.take('name')?.text();
  inner?.finish();
  return { name };
}

const remedy =
  'the file is on this machine, and the container on an engine: give an absolute path that the engines have, a secret, or an image that has it';

function shortMount(value: Value, known: Known): string | Mount | undefined {
  const text = value.text() ?? '';
  const parts = text.split(':');
  const [first = '', target, options = ''] = parts;
  if (parts.length > 3 || first === '')
    return value.fail(`must be like data:/var/data or /srv:/srv:ro, and is ${quoted(text)}`);
  if (target === undefined)
    return first.startsWith('/')
      ? first
      : value.fail(`must be an absolute path, or SOURCE:TARGET, and is ${quoted(text)}`);
  if (!target.startsWith('/'))
    return value.fail(`must have an absolute path in the container, and has ${quoted(target)}`);
  if (first.startsWith('/')) return text;
  if (/^[.~]/.test(first)) return value.fail(`has the path ${quoted(first)}: ${remedy}`);
  const volume = find(value, first, known);
  if (volume === undefined) return undefined;
  const words = options === '' ? [] : options.split(',');
  const label = words.find((word) => word === 'z' || word === 'Z');
  if (label !== undefined)
    return value.fail(`has the option ${label}, which Docker heeds for paths of the engine alone: leave it out`);
  const unknown = words.find((word) => !['ro', 'rw', 'nocopy'].includes(word));
  if (unknown !== undefined)
    return value.fail(`has the option ${quoted(unknown)}, and of a volume there are ro, rw and nocopy`);
  return mountOf(volume, {
    target,
    read_only: words.includes('ro') || undefined,
    nocopy: words.includes('nocopy') || undefined,
  });
}

function find(value: Value, key: string, known: Known): NamedVolume | undefined {
  const volume = known.get(key);
  return volume ?? value.fail(`names the volume ${quoted(key)}, which is not under volumes of the file`);
}

function mountOf(
  { name, driver, options, labels, isExternal }: NamedVolume,
  {
    target,
    ...rest
  }: Pick<Mount, 'target'> & { readonly [Key in 'read_only' | 'nocopy' | 'subpath']?: Mount[Key] | undefined },
): Mount {
  const described = isExternal ? {} : given({ volume_driver: driver, volume_opts: options, volume_labels: labels });
  return { type: 'volume', source: name, target, ...given(rest), ...described };
}

/** Keys of mounts of one type, by the name of the type. */
const ofOneType = ['bind', 'volume', 'tmpfs', 'image'];

function longMount(value: Value, known: Known): string | Mount | undefined {
  const fields = value.fields();
  if (!fields) return undefined;
  const type = fields.take('type')?.oneOf(['bind', 'volume', 'tmpfs', 'image', 'cluster', 'npipe']);
  const source = fields.take('source');
  const target = fields.take('target')?.text();
  const read_only = fields.take('read_only')?.flag() || undefined;
  const consistency = fields.take('consistency')?.text();
  if (type === undefined) return fields.fail('must have type: bind, volume, tmpfs or image');
  if (type === 'cluster' || type === 'npipe') return fields.fail(`has the type ${type}, which is not done here`);
  if (target === undefined || !target.startsWith('/'))
    return fields.fail('must have target, an absolute path in the container');
  const inner = fields.take(type)?.fields();
  const made = inType(type, { fields, inner, source, known, target, read_only, consistency });
  inner?.finish();
  fields.finish(Object.fromEntries(ofOneType.map((each) => [each, `it is for mounts of the type ${each}`])));
  return made;
}

interface Long {
  readonly fields: Fields;
  readonly inner: Fields | undefined;
  readonly source: Value | undefined;
  readonly known: Known;
  readonly target: string;
  readonly read_only: true | undefined;
  readonly consistency: string | undefined;
}

function inType(
  type: Mount['type'],
  { fields, inner, source, known, target, read_only, consistency }: Long,
): string | Mount | undefined {
  const text = source?.text();
  switch (type) {
    case 'tmpfs': {
      const size = inner?.take('size');
      const mode = inner?.take('mode');
      return { type, target, ...given({ read_only, size: size && megabytes(size), tmpfs_mode: mode && octal(mode) }) };
    }
    case 'image':
      return text === undefined
        ? fields.fail('must have source, the image')
        : { type, source: text, target, ...given({ read_only, subpath: inner?.take('subpath')?.text() }) };
    case 'volume': {
      const nocopy = inner?.take('nocopy')?.flag();
      const subpath = inner?.take('subpath')?.text();
      if (inner?.take('labels')) inner.fail('cannot have labels here: say them under volumes of the file');
      if (text === undefined || source === undefined) {
        if (subpath !== undefined) return fields.fail('must have source, the volume of which there is a subpath');
        return read_only || nocopy ? { type, target, ...given({ read_only, nocopy }) } : target;
      }
      const volume = find(source, text, known);
      return volume && mountOf(volume, { target, read_only, nocopy, subpath });
    }
    case 'bind':
      return bind({ fields, inner, source: text, target, read_only, consistency });
  }
}

/** A path that is made where there is none, as Compose has it, can be said in the short form alone. */
function bind({
  fields,
  inner,
  source,
  target,
  read_only,
  consistency,
}: Omit<Long, 'known' | 'source'> & { readonly source: string | undefined }) {
  const propagation = inner
    ?.take('propagation')
    ?.oneOf(['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave']);
  const isMade = inner?.take('create_host_path')?.flag() ?? true;
  const recursive = inner?.take('recursive')?.oneOf(bindRecursions);
  const selinux = inner?.take('selinux')?.oneOf(['z', 'Z']);
  if (source === undefined) return fields.fail('must have source, a path of the engine');
  if (!source.startsWith('/')) return fields.fail(`has the path ${quoted(source)}: ${remedy}`);
  if (isMade && recursive !== undefined)
    return fields.fail('can have bind.recursive with bind.create_host_path: false alone');
  if (!isMade && selinux !== undefined)
    return fields.fail('can have bind.selinux without bind.create_host_path: false alone');
  if (!isMade) {
    const mount = {
      type: 'bind',
      source,
      target,
      ...given({ read_only, propagation, bind_recursive: recursive, consistency }),
    };
    return mount as Mount;
  }
  const options = [read_only && 'ro', propagation, selinux, consistency].filter(Boolean);
  return [source, target, ...(options.length > 0 ? [options.join(',')] : [])].join(':');
}
