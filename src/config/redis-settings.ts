import { closeSync, openSync, readSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { hasPassword } from '../model/redis-url.ts';
import type { RedisTls, StoreConfig } from './config.ts';
import type { SettingName, Settings } from './schema.ts';
import type { MergedSources, Source } from './sources.ts';

/** Far above the length of a URL with its credentials. */
const maximumUrlBytes = 8_192;

/**
 * Adds the URL from the file of `redis-url-file`, as if it were given directly; or returns an error without the file's
 * content.
 */
export function withRedisUrlFile(sources: MergedSources): MergedSources | string {
  const { 'redis-url-file': name, 'redis-url': url } = sources.values;
  const source = sources.sourceOf('redis-url-file');
  // Other problems of these settings are reported by the validation.
  if (typeof name !== 'string' || name === '' || source === undefined || url !== undefined) return sources;
  const file = resolve(source.folder, name);
  const content = readStart(file);
  if (typeof content !== 'string') return `"redis-url-file" (${source.origin('redis-url-file')}): ${content.problem}`;
  const read: Source = {
    ...{ values: { 'redis-url': content.trim() }, origin: () => file },
    ...{ folder: source.folder, isUrlFile: true },
  };
  return {
    values: { ...sources.values, ...read.values },
    sourceOf: (key) => (key === 'redis-url' ? read : sources.sourceOf(key)),
  };
}

function readStart(file: string): string | { readonly problem: string } {
  try {
    const fd = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(maximumUrlBytes + 1);
      const length = readSync(fd, bytes);
      if (length > maximumUrlBytes) return { problem: `${file} is longer than ${maximumUrlBytes} bytes` };
      return bytes.toString('utf8', 0, length);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return { problem: code === 'ENOENT' ? `there is no file ${file}` : `the file ${file} cannot be read (${code})` };
  }
}

/** `pathOf`: resolves a path relative to where the setting was given. */
export function storeOf(
  settings: Settings,
  sources: MergedSources,
  pathOf: (key: SettingName, path: string) => string,
): StoreConfig {
  const { 'redis-host': host, 'redis-port': port = 6379, 'redis-prefix': prefix } = settings;
  const url = settings['redis-url'] ?? (host && `redis://${isIP(host) === 6 ? `[${host}]` : host}:${port}`);
  if (!url) return { kind: 'embedded', dir: pathOf('data-dir', settings['data-dir']) };
  const tls = redisTlsOf(settings, pathOf);
  const isPasswordExposed = sources.sourceOf('redis-url')?.origin('redis-url') === 'command line' && hasPassword(url);
  return { kind: 'redis', url, prefix, ...(tls && { tls }), ...(isPasswordExposed && { isPasswordExposed }) };
}

function redisTlsOf(settings: Settings, pathOf: (key: SettingName, path: string) => string): RedisTls | undefined {
  const path = (key: 'redis-ca-cert' | 'redis-ssl-cert' | 'redis-ssl-key') => {
    const given = settings[key];
    return given === undefined ? undefined : pathOf(key, given);
  };
  const [ca, cert, key] = [path('redis-ca-cert'), path('redis-ssl-cert'), path('redis-ssl-key')];
  const serverName = settings['redis-server-name'];
  if (!ca && !cert && !key && !serverName) return undefined;
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }), ...(serverName && { serverName }) };
}
