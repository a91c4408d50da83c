import { InvalidArgumentError } from 'commander';

const unitMegabytes: Readonly<Record<string, number>> = { b: 1 / 1024 ** 2, k: 1 / 1024, m: 1, g: 1024, t: 1024 ** 2 };

/** In MB, or with docker's units: `512m`, `2g`, `64MiB`, `1048576b`; -1 means no limit where that is allowed. */
export function megabytes(text: string): number {
  if (text === '-1') return -1;
  const [, amount, unit, only = 'm'] = /^(\d{1,15}(?:\.\d{1,9})?) ?(?:([kmgt])i?b?|(b))?$/i.exec(text) ?? [];
  if (amount === undefined) throw new InvalidArgumentError('It must be MB like 512, or like 512m or 2g.');
  return Math.ceil(Number(amount) * (unitMegabytes[(unit ?? only).toLowerCase()] ?? 1));
}

export function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** An integer, which may be negative. */
export function wholeOrNone(text: string): number {
  if (!/^-?\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** Parses an option value like 5 or 0.5. */
export function decimalUpTo(max: number): (text: string) => number {
  return (text) => {
    if (!/^\d+(\.\d{1,9})?$/.test(text)) throw new InvalidArgumentError('It must be a number like 5 or 0.5.');
    if (Number(text) > max) throw new InvalidArgumentError(`It must be at most ${max}.`);
    return Number(text);
  };
}

export const decimal = decimalUpTo(999_999_999);
