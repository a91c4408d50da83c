import { pathFrom } from '../application/tree.ts';
import type { Fields, Value } from '../application/value.ts';
import { withShellValues } from './normal-form.ts';
import { readVariables } from './read-variables.ts';
import type { Reading } from './reading.ts';

/** What the containers of a service are told: files of variables, and over them `environment`. */
export function environmentOf(service: Fields, reading: Reading): Record<string, string> | undefined {
  const files =
    service
      .take('env_file')
      ?.list()
      ?.map((each) => variablesIn(each, reading)) ?? [];
  const value = service.take('environment');
  const own = value && shellValues(value, reading);
  const whole = joined([...files, own ?? {}]);
  return Object.keys(whole).length === 0 ? undefined : whole;
}

/** Texts by name; one without a value has that of the shell, or is left out. */
export function shellValues(value: Value, { variables, problems }: Reading): Record<string, string> {
  if (value.tree.kind !== 'dict') return value.map() ?? {};
  const { constructor: Same, path } = value;
  const shown = new (Same as typeof Value)(withShellValues(value.tree, variables), path, problems);
  return shown.map() ?? {};
}

/** Whatever their names are: `__proto__` is one like others. */
function joined(all: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  return Object.fromEntries(all.flatMap((each) => Object.entries(each)));
}

/** `labels`, and the files of them. */
export function labelsOf(service: Fields, reading: Reading): Record<string, string> {
  const files = (service.take('label_file')?.list() ?? []).map((each) => [each, variablesIn(each, reading)] as const);
  const value = service.take('labels');
  const all = [...files, ...(value ? [[value, value.map() ?? {}] as const] : [])];
  for (const [from, labels] of all) {
    const reserved = Object.keys(labels).filter((name) => /^(satsuma|com\.docker\.compose)\./.test(name));
    for (const name of reserved)
      from.fail(`cannot have the label ${name}: it is one of those by which containers are known`);
  }
  return joined(all.map(([, labels]) => labels));
}

function variablesIn(value: Value, reading: Reading): Record<string, string> {
  const fields = value.isText ? undefined : value.fields();
  const path = (value.isText ? value : fields?.take('path'))?.text();
  const isOptional = fields?.take('required')?.flag() === false;
  const isRaw = fields?.take('format')?.oneOf(['raw']) === 'raw';
  fields?.finish();
  if (path === undefined) {
    value.fail('must be a path, or an object with path');
    return {};
  }
  try {
    const text = reading.readText(pathFrom(value.place, path));
    const known = value.place.variables?.() ?? reading.variables;
    return isRaw ? rawVariables(text) : readVariables({ file: path, text }, known, reading.problems);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!isOptional || code !== 'ENOENT') value.fail(`cannot read ${path}: ${code ?? message}`);
    return {};
  }
}

/** NAME=VALUE as it stands. */
function rawVariables(text: string): Record<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return Object.fromEntries(lines.map((line) => [line.split('=', 1)[0] ?? '', line.slice(line.indexOf('=') + 1)]));
}
