import { dirname, resolve } from 'node:path';
import { type SettingName, settingNames, structuredSettings } from './schema.ts';
import { readYamlObject } from './yaml-object.ts';

/** A source of settings, before validation. */
export interface Source {
  readonly values: Readonly<Record<string, unknown>>;
  /** A readable name of where `key` comes from: a file, a variable, the command line. */
  origin(key: string): string;
  /** Absolute; relative paths are resolved from here. */
  readonly folder: string;
  /** The file of `redis-url-file`. */
  readonly isUrlFile?: true;
}

/** The source, or an error. */
export function fileSource(file: string): Source | string {
  const folder = dirname(resolve(file));
  const values = readYamlObject(file, 'settings');
  return typeof values === 'string' ? `${file}: ${values}` : { values, origin: () => file, folder };
}

const variablePrefix = 'SATSUMA_';
// Variables of the command line client, see contexts.ts.
const otherVariables = ['SATSUMA_HOST', 'SATSUMA_HOST_CA', 'SATSUMA_CONTEXT', 'SATSUMA_TOKEN'];

export function variableName(key: string): string {
  return variablePrefix + key.toUpperCase().replaceAll('-', '_');
}

/** An empty variable counts as unset, as in compose files and unit files. */
export function environmentSource(env: NodeJS.ProcessEnv): Source {
  const values: Record<string, unknown> = {};
  for (const key of settingNames) {
    const text = env[variableName(key)];
    if (text) values[key] = structuredSettings.includes(key) ? parseJson(text) : text;
  }
  return { values, origin: variableName, folder: process.cwd() };
}

export function unknownVariables(env: NodeJS.ProcessEnv): string[] {
  const known = new Set([...settingNames.map(variableName), ...otherVariables]);
  return Object.keys(env).filter((variable) => variable.startsWith(variablePrefix) && !known.has(variable));
}

/** Invalid JSON stays text, which the schema rejects. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export type Overrides = Readonly<Partial<Record<SettingName, unknown>>>;

export function overrideSource(overrides: Overrides): Source {
  const given = Object.entries(overrides).filter(([, value]) => value !== undefined);
  return { values: Object.fromEntries(given), origin: () => 'command line', folder: process.cwd() };
}

/**
 * Later sources override earlier ones, per setting. `sourceOf` returns the origin of a setting; undefined for a
 * default.
 */
export interface MergedSources {
  readonly values: Readonly<Record<string, unknown>>;
  sourceOf(key: string): Source | undefined;
}

export function mergeSources(sources: readonly Source[]): MergedSources {
  const sourceOf = (key: string) => sources.findLast(({ values }) => Object.hasOwn(values, key));
  const keys = new Set(sources.flatMap(({ values }) => Object.keys(values)));
  return { values: Object.fromEntries([...keys].map((key) => [key, sourceOf(key)?.values[key]])), sourceOf };
}
