import { createHash } from 'node:crypto';
import { quoted } from '../application/problems.ts';
import type { Value } from '../application/value.ts';
import type { SecretFile } from '../model/secret.ts';
import type { DesiredSecret } from './desired.ts';
import { externalOf } from './mounts.ts';
import type { Reading } from './reading.ts';
import { refusedOfConfigs } from './refused-keys.ts';
import { bytesFrom, isKept, requestedFiles } from './secrets.ts';

const digestCharacters = 12;

/**
 * A config of the file. It is kept as a secret of Satsuma, since both are named files for containers. A value cannot be
 * read back, so its digest is a part of the name: another content is another secret, which changes the services that
 * have it, while earlier generations keep the one before.
 */
export function configOf(
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
  const content = fields.take('content');
  fields.finish(refusedOfConfigs);
  const sources = [external, file, variable, content].filter((each) => each !== undefined).length;
  if (sources !== 1) return fields.fail('must have one of file, content, environment and external');
  if (external) return { key, name: named ?? external.name ?? key, place: value.place };
  const bytes = bytesFrom({ file, variable, content }, reading);
  if (bytes === undefined || !isKept(value, bytes)) return undefined;
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, digestCharacters);
  return { key, name: `${named ?? `${project}_${key}`}-${digest}`, place: value.place, value: bytes };
}

/** `configs` of a service: files anywhere in the container, in its root folder unless they have a target. */
export function configFilesOf(value: Value, find: (key: string) => DesiredSecret | undefined): SecretFile[] {
  return requestedFiles(value, 'config').flatMap(({ each, key, target = key, rest }) => {
    const config = find(key);
    if (config === undefined)
      return each.fail(`names the config ${quoted(key)}, which is not under configs of the file`) ?? [];
    return [{ name: config.name, target: target.startsWith('/') ? target : `/${target}`, ...rest }];
  });
}
