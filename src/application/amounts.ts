import { durationSeconds } from '../model/duration.ts';
import type { Value } from './value.ts';

/** `1m30s`, as seconds. */
export function seconds(value: Value): number | undefined {
  const text = value.text();
  if (text === undefined) return undefined;
  if (text === '0') return 0;
  const sum = durationSeconds(text, ['us', 'ms', 's', 'm', 'h', 'd']);
  if (sum === undefined) return value.fail(`must be a time like 30s, 1m30s or 500ms, and is "${text.slice(0, 40)}"`);
  return Math.round(sum * 1000) / 1000;
}

/** The same where only whole seconds are counted. */
export function wholeSeconds(value: Value): number | undefined {
  const found = seconds(value);
  return found === undefined ? undefined : Math.ceil(found);
}

const units: Readonly<Record<string, number>> = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** `512m`, `2gb`, `1.5GiB` or a number, in bytes, which may not be whole. Undefined: it is none of them. `usual`: the unit of a number alone. */
export function bytesIn(text: string, usual: 'b' | 'm' = 'b'): number | undefined {
  const [, amount, unit = usual] = /^(\d+(?:\.\d+)?)\s*(b|[kmgt])?(?:i?b)?$/i.exec(text.trim()) ?? [];
  return amount === undefined ? undefined : Number(amount) * (units[unit.toLowerCase()] ?? 1);
}

/** The same of a value. */
export function bytes(value: Value): number | undefined {
  const text = value.text();
  if (text === undefined) return undefined;
  return bytesIn(text) ?? value.fail(`must be a size like 512m or 2g, and is "${text.slice(0, 40)}"`);
}

/** The same as MiB; what is not whole is rounded up. */
export function megabytes(value: Value): number | undefined {
  const found = bytes(value);
  return found === undefined ? undefined : Math.ceil(found / 2 ** 20);
}

/** `-1` is no limit. */
export function megabytesOrNone(value: Value): number | undefined {
  return value.text() === '-1' ? -1 : megabytes(value);
}

/** A mode of a file: digits as they stand are octal, as in `0440` or "1777". */
export function octal(value: Value): string | undefined {
  const [, digits] = /^(?:0o)?([0-7]{3,5})$/.exec(value.source) ?? [];
  return digits ?? value.fail(`must be an octal mode like 0440, and is "${value.source.slice(0, 40)}"`);
}

/** CPUs, in thousandths. */
export function cpus(value: Value): number | undefined {
  const number = value.number('a number of CPUs like 0.5');
  if (number === undefined) return undefined;
  return number >= 0 && number <= 10_000
    ? Math.round(number * 1000) / 1000
    : value.fail('must be a number of CPUs from 0 to 10000');
}
