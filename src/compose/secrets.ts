import { quoted } from '../application/problems.ts';
import { pathFrom } from '../application/tree.ts';
import type { Value } from '../application/value.ts';
import { given } from '../model/given.ts';
import { type SecretFile, secretsFolder } from '../model/secret.ts';
import { octal } from './amounts.ts';
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
  const bytes = file ? bytesIn(file, reading) : bytesOf(variable, reading);
  if (bytes === undefined) return undefined;
  if (bytes.length === 0) return value.fail('has no value: it is empty');
  return { key, name, place: value.place, value: bytes };
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

/** `secrets` of a service: files in /run/secrets. `find` knows those of the file. */
export function secretFilesOf(value: Value, find: (key: string) => DesiredSecret | undefined): SecretFile[] {
  return (value.list() ?? []).flatMap((each) => {
    const fields = each.isText ? undefined : each.fields();
    const key = (each.isText ? each : fields?.take('source'))?.text();
    const target = fields?.take('target')?.text();
    const mode = fields?.take('mode');
    const ids = given({ uid: fields?.take('uid')?.whole(), gid: fields?.take('gid')?.whole() });
    fields?.finish();
    if (key === undefined) return each.fail('must be the name of a secret, or an object with source') ?? [];
    const secret = find(key);
    if (secret === undefined)
      return each.fail(`names the secret ${quoted(key)}, which is not under secrets of the file`) ?? [];
    const file = (target ?? key).replace(`${secretsFolder}/`, '');
    if (file.includes('/'))
      return each.fail(`has the target ${quoted(target)}, and secrets are files in ${secretsFolder}`) ?? [];
    return [{ name: secret.name, target: file, ...given({ mode: mode && octal(mode) }), ...ids }];
  });
}
