/** Whether a path of a context, with `/` between its parts, is left out. */
export type Ignores = (path: string) => boolean;

/** A file `.dockerignore`, as docker reads it: the last line that a path, or a folder that it is in, meets decides. */
export function dockerIgnore(text: string, kept: readonly string[] = []): Ignores {
  const rules = text.split('\n').flatMap((line) => ruleOf(line) ?? []);
  return (path) => {
    // The engine needs them, whatever is said of them.
    if (kept.includes(path)) return false;
    return rules.reduce((isOut, { pattern, isKept }) => (pattern.test(path) ? !isKept : isOut), false);
  };
}

/** Whether something below a folder that is left out may be taken again. */
export function hasExceptions(text: string): boolean {
  return /^\s*!/m.test(text);
}

function ruleOf(line: string): { readonly pattern: RegExp; readonly isKept: boolean } | undefined {
  const trimmed = line.replace(/^\uFEFF/, '').trim();
  if (trimmed === '' || trimmed.startsWith('#')) return undefined;
  const isKept = trimmed.startsWith('!');
  const path = (isKept ? trimmed.slice(1).trim() : trimmed).replace(/^(\.?\/)+/, '').replace(/\/+$/, '');
  return path === '' || path === '.' ? undefined : { pattern: patternOf(path), isKept };
}

const special = /[.+^${}()|[\]\\]/g;

/** `**` stands for any folders, `*` and `?` stay within a name. What is below a folder that is met is met as well. */
function patternOf(path: string): RegExp {
  const source = path.replace(/\*\*\/|\*\*|\*|\?|\[[^\]]*\]|./gs, (part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (/^\[.+\]$/s.test(part)) return part.replace(/\\/g, '\\\\').replace(/^\[!/, '[^');
    return part.replace(special, '\\$&');
  });
  try {
    return new RegExp(`^${source}(?:/|$)`, 's');
  } catch {
    // A range that makes no sense meets itself alone.
    return new RegExp(`^${path.replace(/[*?]/g, '\\$&').replace(special, '\\$&')}(?:/|$)`, 's');
  }
}
