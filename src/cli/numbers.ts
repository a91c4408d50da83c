import { InvalidArgumentError } from 'commander';

/** MB, with docker's units; -1 is no limit, where there can be none. */
export function megabytes(text: string): number {
  if (text === '-1') return -1;
  const [, amount, unit = 'm'] = /^(\d{1,9}(?:\.\d{1,9})?)([kmg])?b?$/i.exec(text) ?? [];
  if (amount === undefined) throw new InvalidArgumentError('It must be MB like 512, or like 512m or 2g.');
  const factor = { k: 1 / 1024, m: 1, g: 1024 }[unit.toLowerCase()] ?? 1;
  return Math.ceil(Number(amount) * factor);
}

export function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** A whole number, which may be negative. */
export function wholeOrNone(text: string): number {
  if (!/^-?\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
