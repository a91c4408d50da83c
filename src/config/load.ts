import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import type { EngineDeadlines } from '../model/engine-deadlines.ts';
import { SatsumaError } from '../model/errors.ts';
import { auditOf } from './audit.ts';
import { authOf, serverTlsOf } from './auth.ts';
import type { Config, TlsPaths } from './config.ts';
import { discoveryOf } from './discovery.ts';
import { doorsOf, withDoorFiles } from './doors.ts';
import { parseListenAddress } from './listen-address.ts';
import { conflictsIn, describeProblem, describeUnknownVariable } from './problems.ts';
import { storeOf, withRedisUrlFile } from './redis-settings.ts';
import { type SettingName, type Settings, schema } from './schema.ts';
import {
  environmentSource,
  fileSource,
  type MergedSources,
  mergeSources,
  type Overrides,
  overrideSource,
  type Source,
  unknownVariables,
} from './sources.ts';

/**
 * Loads the configuration: defaults, then the file (JSON or YAML), then `SATSUMA_*` variables, then `overrides` (keys
 * as in the file; `undefined` counts as absent). Relative paths in the file are relative to its folder, others to the
 * working directory. Throws `invalid` with one line per problem, also in `details`; no line contains a secret.
 */
export function loadConfig(options: {
  readonly file?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
  readonly overrides?: Overrides;
}): Config {
  const env = options.env ?? process.env;
  const file = options.file === undefined ? undefined : fileSource(options.file);
  // Without a readable file, the rest cannot be validated.
  if (typeof file === 'string') throw refusal([file]);
  const given: Source[] = [environmentSource(env), overrideSource(options.overrides ?? {})];
  const merged = completed(mergeSources(file ? [file, ...given] : given));
  const sources = withRedisUrlFile(merged);
  if (typeof sources === 'string') throw refusal([sources]);
  const { value: settings, error } = schema.validate(sources.values);
  const problems = [
    ...(error?.details.map((detail) => describeProblem(detail, sources)) ?? []),
    ...conflictsIn(sources),
    ...unknownVariables(env).map(describeUnknownVariable),
  ];
  if (error || problems.length > 0) throw refusal(problems);
  return deepFreeze(toConfig(settings, sources));
}

function completed({ values, sourceOf }: MergedSources): MergedSources {
  const doors = withDoorFiles(values.doors, sourceOf('doors')?.folder ?? process.cwd());
  return { values: { ...values, doors }, sourceOf };
}

function refusal(problems: readonly string[]): SatsumaError {
  return new SatsumaError('invalid', problems.join('\n'), { details: problems });
}

function toConfig(settings: Settings, sources: MergedSources): Config {
  const pathOf = (key: SettingName, path: string) => resolve(sources.sourceOf(key)?.folder ?? process.cwd(), path);
  const tls = tlsOf(settings, (key, path) => orHere(pathOf(key, path), path));
  const discovery = discoveryOf(settings.discovery);
  return {
    // The schema has validated the text.
    listen: parseListenAddress(settings['listen-addr']) ?? { host: '127.0.0.1', port: 8080 },
    allowedHosts: settings['allowed-hosts'],
    insecure: settings.insecure,
    auth: authOf(settings.auth, (path) => pathOf('auth', path)),
    audit: auditOf(settings.audit, settings.auth.mode === 'required'),
    ...(settings.tls && { serverTls: serverTlsOf(settings.tls, (path) => pathOf('tls', path)) }),
    ...(tls && { tls }),
    ...(settings.installation !== undefined && { installation: settings.installation }),
    labelKeys: settings['label-keys'].map((path) => pathOf('label-keys', path)),
    ...optionalPath('registryKeyFile', settings['registry-key-file'], (path) => pathOf('registry-key-file', path)),
    skipVerify: settings['skip-verify'],
    store: storeOf(settings, sources, pathOf),
    types: settings.types,
    schedulers: settings.schedulers.map((name) => (isPath(name) ? pathOf('schedulers', name) : name)),
    networkPlugins: settings['network-plugins'].map((name) => (isPath(name) ? pathOf('network-plugins', name) : name)),
    overcommit: settings.overcommit,
    nameScope: settings['name-scope'],
    strategy: settings.strategy,
    logLevel: settings['log-level'],
    leaseMs: toMs(settings.lease),
    observeIntervalMs: toMs(settings['observe-interval']),
    deadlines: deadlinesOf(settings.deadlines),
    imageSharing: settings['image-sharing'],
    webhookAllow: settings['webhook-allow'],
    doors: doorsOf(settings.doors, (path) => pathOf('doors', path)),
    ...(discovery && { discovery }),
  };
}

function optionalPath<K extends string>(key: K, path: string | undefined, pathOf: (path: string) => string) {
  return path === undefined ? {} : ({ [key]: pathOf(path) } as { readonly [key in K]: string });
}

/** clementine's configuration has certificate paths relative to the working directory: try it, too. */
function orHere(path: string, given: string): string {
  const here = resolve(given);
  return !existsSync(path) && existsSync(here) ? here : path;
}

function tlsOf(settings: Settings, pathOf: (key: SettingName, path: string) => string): TlsPaths | undefined {
  const { 'ca-cert': ca, 'ssl-cert': cert, 'ssl-key': key } = settings;
  if (ca === undefined || cert === undefined || key === undefined) return undefined;
  return { ca: pathOf('ca-cert', ca), cert: pathOf('ssl-cert', cert), key: pathOf('ssl-key', key) };
}

function deadlinesOf(seconds: Settings['deadlines']): EngineDeadlines {
  return {
    connectMs: toMs(seconds.connect),
    listMs: toMs(seconds.list),
    createMs: toMs(seconds.create),
    startMs: toMs(seconds.start),
    removeMs: toMs(seconds.remove),
    pullMs: toMs(seconds.pull),
    restartMs: toMs(seconds.restart),
  };
}

function toMs(seconds: number): number {
  return Math.round(seconds * 1000);
}

/** Anything else is a package name. */
function isPath(name: string): boolean {
  return isAbsolute(name) || name.startsWith('.') || /\.[cm]?[jt]s$/.test(name);
}

function deepFreeze<T extends object>(value: T): T {
  for (const child of Object.values(value)) if (typeof child === 'object' && child !== null) deepFreeze(child);
  return Object.freeze(value);
}
