import { octal } from '../application/amounts.ts';
import { quoted } from '../application/problems.ts';
import { pathFrom } from '../application/tree.ts';
import type { Value } from '../application/value.ts';
import { given } from '../model/given.ts';
import { maxSecretBytes, type SecretFile, secretsFolder } from '../model/secret.ts';
import type { DesiredSecret } from './desired.ts';
import { variableIn } from './interpolate.ts';
import { externalOf } from './mounts.ts';
import type { Reading } from './reading.ts';
import { refusedOfSecrets } from './refused-keys.ts';

/** A secret of the file, with its value where it has one. */
export function secretOf(
  key: string,
  value: Value,
  { project, reading }: { readonly project: string; readonly reading: Reading },
): DesiredSecret | undefined {
  const fields = value.fields();
  if (!fields) return undefined;
  const external = externalOf(fields);
  const named = fields.take('name')?.text();
  const file = fields.take('file');
  const variable = fields.take('environment');
  fields.finish(refusedOfSecrets);
  const name = named ?? (external ? (external.name ?? key) : `${project}_${key}`);
  const sources = [external, file, variable].filter((each) => each !== undefined).length;
  if (sources !== 1) return fields.fail('must have one of file, environment and external');
  if (external) return { key, name, place: value.place };
  const bytes = bytesFrom({ file, variable }, reading);
  return bytes && isKept(value, bytes) ? { key, name, place: value.place, value: bytes } : undefined;
}

interface Sources {
  readonly file: Value | undefined;
  readonly variable: Value | undefined;
  readonly content?: Value | undefined;
}

/** The value of a secret or a config, which has one of these. */
export function bytesFrom({ file, variable, content }: Sources, reading: Reading): Buffer | undefined {
  if (file) return bytesIn(file, reading);
  const text = content?.text();
  if (content) return text === undefined ? undefined : Buffer.from(text);
  return bytesOf(variable, reading);
}

function bytesIn(file: Value, { readBytes }: Reading): Buffer | undefined {
  const path = file.text() ?? '';
  try {
    return readBytes(pathFrom(file.place, path));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return file.fail(`cannot read ${quoted(path)}: ${code ?? message}`);
  }
}

function bytesOf(variable: Value | undefined, { variables }: Reading): Buffer | undefined {
  const name = variable?.text() ?? '';
  const value = variableIn(variable?.place.variables?.() ?? variables, name);
  return value === undefined ? variable?.fail(`needs the variable ${name}, which is not set`) : Buffer.from(value);
}

/** Whether Satsuma keeps a value of that size. Otherwise says that it does not. */
export function isKept(value: Value, { length }: Buffer): boolean {
  if (length === 0) value.fail('has no value: it is empty');
  if (length > maxSecretBytes) value.fail(`has ${length} bytes, and at most ${maxSecretBytes} are kept`);
  return length > 0 && length <= maxSecretBytes;
}

interface RequestedFile {
  readonly each: Value;
  readonly key: string;
  readonly target: string | undefined;
  /** In the words of an image config. */
  readonly rest: Pick<SecretFile, 'mode' | 'uid' | 'gid'>;
}

/** `secrets` or `configs` of a service, in both forms. */
export function requestedFiles(value: Value, word: 'secret' | 'config'): RequestedFile[] {
  return (value.list() ?? []).flatMap((each): RequestedFile[] => {
    const fields = each.isText ? undefined : each.fields();
    const key = (each.isText ? each : fields?.take('source'))?.text();
    const target = fields?.take('target')?.text();
    const mode = fields?.take('mode');
    const ids = given({ uid: fields?.take('uid')?.whole(), gid: fields?.take('gid')?.whole() });
    fields?.finish();
    if (key === undefined) return each.fail(`must be the name of a ${word}, or an object with source`) ?? [];
    return [{ each, key, target, rest: { ...given({ mode: mode && octal(mode) }), ...ids } }];
  });
}

/** `secrets` of a service: files in /run/secrets. `find` knows those of the file. */
export function secretFilesOf(value: Value, find: (key: string) => DesiredSecret | undefined): SecretFile[] {
  return requestedFiles(value, 'secret').flatMap(({ each, key, target, rest }) => {
    const secret = find(key);
    if (secret === undefined)
      return each.fail(`names the secret ${quoted(key)}, which is not under secrets of the file`) ?? [];
    const file = (target ?? key).replace(`${secretsFolder}/`, '');
    if (file.includes('/'))
      return each.fail(`has the target ${quoted(target)}, and secrets are files in ${secretsFolder}`) ?? [];
    return [{ name: secret.name, target: file, ...rest }];
  });
}
