import { type Problems, quoted } from '../application/problems.ts';
import { interpolate, type Variables } from './interpolate.ts';

interface Source {
  readonly file: string;
  readonly text: string;
}

/**
 * A file of variables, such as `.env`: NAME=VALUE, with `#` for remarks, quotes as a shell has them, and variables that
 * were set before. `NAME` alone takes the value that it has where the command runs.
 */
export function readVariables({ file, text }: Source, known: Variables, problems: Problems): Record<string, string> {
  const found: Record<string, string> = Object.create(null);
  // What is set where the command runs counts more. Names are those of nobody's prototype.
  const all: Record<string, string> = Object.assign(Object.create(null), defined(known));
  const fixed = new Set(Object.keys(all));
  const set = (name: string, value: string) => {
    found[name] = value;
    if (!fixed.has(name)) all[name] = value;
  };
  const whole = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  let number = 0;
  for (let start = 0; start <= whole.length; ) {
    const end = lineEnd(whole, start);
    const line = whole.slice(start, end);
    const place = { file, folder: '', line: ++number };
    const [before = '', name, separator] = /^\s*(?:export\s+)?([^\s=:#'"]+)[^\S\n]*([=:])?[^\S\n]*/.exec(line) ?? [];
    const value = line.slice(before.length);
    const from = start + before.length;
    start = end + 1;
    if (/^\s*(#|$)/.test(line)) continue;
    if (name === undefined || (separator === undefined && value !== '')) {
      problems.add(place, '', `must be NAME=VALUE, and is not`);
      continue;
    }
    if (separator === undefined) {
      const given = Object.hasOwn(known, name) ? known[name] : undefined;
      if (given !== undefined) set(name, given);
      continue;
    }
    const [quote] = /^['"]/.exec(value) ?? [];
    if (quote === undefined) {
      set(name, expanded(value.replace(/(^|\s)#.*$/s, '').trimEnd(), place.line));
      continue;
    }
    const close = endOf(whole, quote, from + 1);
    const after = close < 0 ? whole.length : lineEnd(whole, close);
    if (close < 0 || !/^\s*(#.*)?$/.test(whole.slice(close + 1, after))) {
      problems.add(place, '', `the value of ${quoted(name)} has a ${quote} that does not end, or something behind it`);
      start = after + 1;
      continue;
    }
    const inner = whole.slice(from + 1, close);
    number += inner.split('\n').length - 1;
    start = after + 1;
    set(name, quote === "'" ? inner : expanded(unescaped(inner), place.line));
  }
  return { ...found };

  function expanded(value: string, line: number): string {
    return interpolate(value, {
      variables: all,
      fail: (sentence) => problems.add({ file, folder: '', line }, '', `a value ${sentence}`),
      warn: () => undefined,
    });
  }
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** Where the quote ends; the text is walked once, however many lines the value has. */
function endOf(text: string, quote: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (quote === '"' && text[at] === '\\') at += 1;
    else if (text[at] === quote) return at;
  }
  return -1;
}

function unescaped(text: string): string {
  const letters: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
  return text.replace(/\\(.)/gs, (_, letter: string) => letters[letter] ?? (letter === '$' ? '$$' : letter));
}

function defined(variables: Variables): Record<string, string> {
  const entries = Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}
