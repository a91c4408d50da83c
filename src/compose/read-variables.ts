import { interpolate, type Variables } from './interpolate.ts';
import { type Problems, quoted } from './problems.ts';

interface Source {
  readonly file: string;
  readonly text: string;
}

/**
 * A file of variables, such as `.env`: NAME=VALUE, with `#` for remarks, quotes as a shell has them, and variables that
 * were set before. `NAME` alone takes the value that it has where the command runs.
 */
export function readVariables({ file, text }: Source, known: Variables, problems: Problems): Record<string, string> {
  const found: Record<string, string> = {};
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = (lines[at] ?? '').trimStart();
    if (line === '' || line.startsWith('#')) continue;
    const place = { file, folder: '', line: at + 1 };
    const [, name, equals, rest = ''] = /^(?:export\s+)?([^\s=:#'"]+)\s*(?:(=)(.*))?$/s.exec(line) ?? [];
    if (name === undefined) {
      problems.add(place, '', `must be NAME=VALUE, and is not`);
      continue;
    }
    if (equals === undefined) {
      const value = known[name];
      if (value !== undefined) found[name] = value;
      continue;
    }
    const value = rest.trimStart();
    const [quote] = /^['"]/.exec(value) ?? [];
    if (quote === undefined) {
      found[name] = expanded(value.replace(/(^|\s)#.*$/s, '').trimEnd());
      continue;
    }
    let whole = value;
    while (endOf(whole, quote) < 0 && at + 1 < lines.length) whole += `\n${lines[++at]}`;
    const end = endOf(whole, quote);
    if (end < 0 || !/^\s*(#.*)?$/.test(whole.slice(end + 1))) {
      problems.add(place, '', `the value of ${quoted(name)} has a ${quote} that does not end, or something behind it`);
      continue;
    }
    const inner = whole.slice(1, end);
    found[name] = quote === "'" ? inner : expanded(unescaped(inner));
  }
  return found;

  function expanded(value: string): string {
    const variables = { ...found, ...defined(known) };
    return interpolate(value, {
      variables,
      fail: (sentence) => problems.add({ file, folder: '', line: 1 }, '', `a value ${sentence}`),
      warn: () => undefined,
    });
  }
}

function endOf(text: string, quote: string): number {
  for (let at = 1; at < text.length; at++) {
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
