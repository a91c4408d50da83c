import { dirname, resolve } from 'node:path';
import { type SettingName, settingNames, structuredSettings } from './schema.ts';
import { readYamlObject } from './yaml-object.ts';

/** One place that settings come from, before any of them is checked. */
export interface Source {
  readonly values: Readonly<Record<string, unknown>>;
  /** What a person calls the place that `key` comes from: a file, a variable, the command line. */
  origin(key: string): string;
  /** Absolute; relative paths start here. */
  readonly folder: string;
  /** The file that `redis-url-file` names. */
  readonly isUrlFile?: true;
}

/** The source, or a sentence on why there is none. */
export function fileSource(file: string): Source | string {
  const folder = dirname(resolve(file));
  const values = readYamlObject(file, 'settings');
  return typeof values === 'string' ? `${file}: ${values}` : { values, origin: () => file, folder };
}

const variablePrefix = 'SATSUMA_';
// Read by the command line client, see contexts.ts.
const otherVariables = ['SATSUMA_HOST', 'SATSUMA_HOST_CA', 'SATSUMA_CONTEXT', 'SATSUMA_TOKEN'];

export function variableName(key: string): string {
  return variablePrefix + key.toUpperCase().replaceAll('-', '_');
}

/** An empty variable counts as not set: compose files and unit files leave them so. */
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

/** Text that is no JSON stays text, and the schema says what was expected instead. */
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

/** Later sources win, setting by setting. `sourceOf` tells where a setting came from; nothing for a default. */
export interface MergedSources {
  readonly values: Readonly<Record<string, unknown>>;
  sourceOf(key: string): Source | undefined;
}

export function mergeSources(sources: readonly Source[]): MergedSources {
  const sourceOf = (key: string) => sources.findLast(({ values }) => Object.hasOwn(values, key));
  const keys = new Set(sources.flatMap(({ values }) => Object.keys(values)));
  return { values: Object.fromEntries([...keys].map((key) => [key, sourceOf(key)?.values[key]])), sourceOf };
}
