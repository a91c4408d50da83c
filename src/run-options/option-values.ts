import { InvalidArgumentError } from 'commander';
import { durationSeconds } from '../model/duration.ts';
import type { Ulimit } from '../model/runtime-options.ts';

/* What docker's options have behind them. Each takes what the option said before, where it may be repeated. */

/** `NAME[:ALIAS]` of a container or a service. */
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

/** Docker's durations in seconds: `1m30s`, `500ms`. */
export function duration(text: string): number {
  const seconds = durationSeconds(text, ['ms', 's', 'm', 'h']);
  if (seconds === undefined) throw new InvalidArgumentError('It must be a time like 30s, 1m30s or 500ms.');
  return seconds;
}
