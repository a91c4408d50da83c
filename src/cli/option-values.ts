import { InvalidArgumentError } from 'commander';
import type { Mount, Ulimit } from '../model/runtime-options.ts';
import { megabytes } from './numbers.ts';

/* What docker's options have behind them. Each takes what the option said before, where it may be repeated. */

/** `NAME[:ALIAS]`, of a container or a service. */
export function link(text: string, previous: Record<string, string> = {}): Record<string, string> {
  const [, name, alias = name] = /^([^:]+)(?::([^:]+))?$/.exec(text) ?? [];
  if (name === undefined || alias === undefined) throw new InvalidArgumentError('It must be like db or db:database.');
  return { ...previous, [name]: alias };
}

export function pair(text: string, previous: Record<string, string> = {}): Record<string, string> {
  const [name = ''] = text.split('=', 1);
  if (name === '') throw new InvalidArgumentError('It must be NAME=VALUE.');
  return { ...previous, [name]: text.slice(name.length + 1) };
}

export function tmpfs(text: string, previous: Record<string, string> = {}): Record<string, string> {
  const [path = ''] = text.split(':', 1);
  return { ...previous, [path]: text.slice(path.length + 1) };
}

export function ulimit(text: string, previous: Record<string, number | Ulimit> = {}): Record<string, number | Ulimit> {
  const [, name, soft, hard] = /^([a-z]+)=(-?\d+)(?::(-?\d+))?$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('It must be like nofile=1024 or nofile=1024:2048.');
  return { ...previous, [name]: hard === undefined ? Number(soft) : { soft: Number(soft), hard: Number(hard) } };
}

/** Docker's own names of the keys, and their short ones. */
const mountKeys: Readonly<Record<string, string>> = {
  ...{ type: 'type', source: 'source', src: 'source', target: 'target', dst: 'target', destination: 'target' },
  ...{ readonly: 'read_only', ro: 'read_only', 'bind-propagation': 'propagation', 'volume-nocopy': 'nocopy' },
  'tmpfs-size': 'size',
};

export function mount(text: string, previous: Mount[] = []): Mount[] {
  const fields = text.split(',').map((part): [string, unknown] => {
    const [key = ''] = part.split('=', 1);
    const field = Object.hasOwn(mountKeys, key) ? mountKeys[key] : undefined;
    if (field === undefined) {
      throw new InvalidArgumentError(`"${key}" is not known; there is: ${Object.keys(mountKeys).join(', ')}.`);
    }
    const value = part.slice(key.length + 1);
    if (field === 'read_only' || field === 'nocopy') return [field, value === '' || value === 'true' || value === '1'];
    return [field, field === 'size' ? megabytes(value) : value];
  });
  // As for docker, a volume unless it is said otherwise.
  return [...previous, { type: 'volume', ...Object.fromEntries(fields) } as Mount];
}

/** Docker's durations, as seconds: `1m30s`, `500ms`. */
export function duration(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    throw new InvalidArgumentError('It must be a time like 30s, 1m30s or 500ms.');
  }
  const secondsOf: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };
  return parts.reduce((sum, [, amount, unit = 's']) => sum + Number(amount) * (secondsOf[unit] ?? 1), 0);
}
