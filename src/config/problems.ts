import type { ValidationErrorItem } from 'joi';
import { didYouMean } from '../model/did-you-mean.ts';
import { parseRedisUrl } from '../model/redis-url.ts';
import { auditWords } from './audit.ts';
import { authWords, serverTlsWords } from './auth.ts';
import { discoveryWords } from './discovery.ts';
import { doorWords } from './doors.ts';
import { isLoopback, parseListenAddress } from './listen-address.ts';
import { unknownSetting } from './messages.ts';
import { oidcWords } from './oidc.ts';
import { deadlineNames, type SettingName, secretSettings, settingNames } from './schema.ts';
import { type MergedSources, variableName } from './sources.ts';

const redisTlsKeys = ['redis-ca-cert', 'redis-ssl-cert', 'redis-ssl-key', 'redis-server-name'] as const;

/** `example/config.json: "redis-port" must be a port number from 1 to 65535, got "abc"` */
export function describeProblem({ path, message, context }: ValidationErrorItem, sources: MergedSources): string {
  const key = String(path[0]);
  const where = sources.sourceOf(key)?.origin(key);
  const prefix = where === undefined ? '' : `${where}: `;
  const label = formatPath(path);
  if (message === unknownSetting) {
    return `${prefix}"${label}" is not a setting${suggestion(String(path.at(-1)), wordsAt(path))}`;
  }
  const isSecret = secretSettings.some((secret) => secret === key);
  return `${prefix}"${label}" must be ${message}${isSecret ? '' : `, got ${shown(context?.value)}`}`;
}

function wordsAt(path: readonly (string | number)[]): readonly string[] {
  if (path.length === 1) return settingNames;
  if (path[0] === 'auth') return path[1] === 'oidc' ? oidcWords : authWords;
  if (path[0] === 'audit') return auditWords;
  if (path[0] === 'tls') return serverTlsWords;
  if (path[0] === 'discovery') return discoveryWords;
  return path[0] === 'doors' ? doorWords(path) : deadlineNames;
}

export function describeUnknownVariable(variable: string): string {
  return `${variable} is not a setting${suggestion(variable, settingNames.map(variableName))}`;
}

/** Conflicts between settings that are valid individually. */
export function conflictsIn(sources: MergedSources): string[] {
  return [
    ...tlsConflicts(sources),
    ...redisConflicts(sources),
    ...redisTlsConflicts(sources),
    ...exposureConflicts(sources),
  ];
}

function tlsConflicts(sources: MergedSources): string[] {
  const keys: SettingName[] = ['ssl-cert', 'ssl-key', 'ca-cert'];
  const missing = keys.filter((key) => !isGiven(sources, key));
  const present = keys.filter((key) => isGiven(sources, key));
  if (missing.length === 0 || present.length === 0) return [];
  const names = missing.map((key) => `"${key}"`).join(' and ');
  return [`${named(sources, ...present)} needs ${names} too: give all three, or none to reach unix:// engines only`];
}

function redisConflicts(sources: MergedSources): string[] {
  const parts = (['redis-host', 'redis-port'] as const).filter((key) => isGiven(sources, key));
  if (isGiven(sources, 'redis-url-file') && isGiven(sources, 'redis-url') && isUrlGivenBeside(sources)) {
    return [`${named(sources, 'redis-url')} excludes ${named(sources, 'redis-url-file')}: give one or the other`];
  }
  if (isGiven(sources, 'redis-url') && parts.length > 0) {
    return [`${named(sources, 'redis-url')} excludes ${named(sources, ...parts)}: give one or the other`];
  }
  const isLonely = isGiven(sources, 'redis-port') && !isGiven(sources, 'redis-host');
  return isLonely && !isGiven(sources, 'redis-url') ? [`${named(sources, 'redis-port')} needs "redis-host"`] : [];
}

/** Whether the URL is also given directly, besides `redis-url-file`. */
function isUrlGivenBeside(sources: MergedSources): boolean {
  return !sources.sourceOf('redis-url')?.isUrlFile;
}

function redisTlsConflicts(sources: MergedSources): string[] {
  const given = redisTlsKeys.filter((key) => isGiven(sources, key));
  if (given.length === 0) return [];
  const pair = (['redis-ssl-cert', 'redis-ssl-key'] as const).filter((key) => isGiven(sources, key));
  if (pair.length === 1) {
    const other = pair[0] === 'redis-ssl-cert' ? 'redis-ssl-key' : 'redis-ssl-cert';
    return [`${named(sources, ...pair)} needs "${other}" too`];
  }
  const url = sources.values['redis-url'];
  const parsed = typeof url === 'string' ? parseRedisUrl(url) : undefined;
  if (parsed?.isTls || (url !== undefined && !parsed)) return [];
  return [`${named(sources, ...given)} needs a "redis-url" of TLS: rediss://, rediss+sentinel:// or rediss+cluster://`];
}

function exposureConflicts(sources: MergedSources): string[] {
  const closedDoors = isRequired(sources) ? doorsWithoutRole(sources) : [];
  if (String(sources.values.insecure).toLowerCase() === 'true') return closedDoors;
  const hasAccountsAndTls = isRequired(sources) && isGiven(sources, 'tls');
  const exposed = listenersIn(sources).flatMap(({ key, label, text }) => {
    const address = typeof text === 'string' ? parseListenAddress(text) : undefined;
    if (address === undefined || isLoopback(address) || (isGuarded(label) && hasAccountsAndTls)) return [];
    const remedy = !isGuarded(label)
      ? 'whose clients cannot say who they are: listen on 127.0.0.1'
      : 'which needs accounts and TLS: give "auth": {"mode": "required"} and "tls": {"cert": ..., "key": ...}, listen on 127.0.0.1';
    return [
      `"${label}" (${originOf(sources, key)}) is ${shown(text)}, which other machines can reach, ${remedy}, or say ` +
        '--insecure or "insecure": true where the network itself keeps strangers out',
    ];
  });
  return [...closedDoors, ...exposed];
}

function isRequired({ values }: MergedSources): boolean {
  return (values.auth as { readonly mode?: unknown } | null | undefined)?.mode === 'required';
}

/** With required authentication, doors without their own need a role for their clients. */
function doorsWithoutRole({ values }: MergedSources): string[] {
  return Object.entries(values.doors ?? {}).flatMap(([door, settings]) => {
    // Clients of Shipyard authenticate themselves, and so do network clients of the Docker door.
    const saysWho = door === 'shipyard' || door === 'docker';
    if (typeof settings !== 'object' || settings === null || 'role' in settings || saysWho) return [];
    return [`"doors.${door}" needs "role" where "auth.mode" is required: its clients cannot say who they are`];
  });
}

/** Clients of these listeners authenticate with a token or certificate if accounts are required. */
function isGuarded(label: string): boolean {
  return label === 'listen-addr' || label === 'doors.docker.listen-addr';
}

/** All listen addresses, as far as they are readable before validation. */
function listenersIn({ values }: MergedSources): { key: SettingName; label: string; text: unknown }[] {
  const doors = Object.entries(values.doors ?? {}).map(([door, settings]) => ({
    ...{ key: 'doors' as const, label: `doors.${door}.listen-addr` },
    text: (settings as Record<string, unknown> | null)?.['listen-addr'],
  }));
  return [{ key: 'listen-addr', label: 'listen-addr', text: values['listen-addr'] }, ...doors];
}

function isGiven(sources: MergedSources, key: SettingName): boolean {
  return sources.values[key] !== undefined;
}

/** `"redis-host" and "redis-port" (example/config.json)` */
function named(sources: MergedSources, ...keys: SettingName[]): string {
  const origins = new Set(keys.map((key) => originOf(sources, key)));
  return `${keys.map((key) => `"${key}"`).join(' and ')} (${[...origins].join(', ')})`;
}

function originOf(sources: MergedSources, key: SettingName): string {
  return sources.sourceOf(key)?.origin(key) ?? 'the defaults';
}

function suggestion(word: string, candidates: readonly string[]): string {
  const guess = didYouMean(word, candidates);
  return guess === undefined ? '' : `; did you mean "${guess}"?`;
}

/** `types.web[0]` */
function formatPath(path: readonly (string | number)[]): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index ? `.${part}` : part)).join('');
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 100 ? `${text.slice(0, 100)}...` : text;
}
