import { SatsumaError } from './errors.ts';
import { LinearExpression } from './linear-expression.ts';

/** A parsed pattern that values are matched against. */
export type Pattern =
  | { readonly kind: 'literal'; readonly text: string }
  /** `*` matches any sequence of characters, including none. */
  | { readonly kind: 'glob'; readonly parts: readonly string[] }
  | { readonly kind: 'expression'; readonly expression: LinearExpression };

/** Parses `eu-1`, `eu-*` or `/^eu-[0-9]+$/`. Throws `invalid`. */
export function parsePattern(text: string): Pattern {
  if (text.length > 1 && text.startsWith('/') && text.endsWith('/')) {
    const source = text.slice(1, -1);
    if (source === '') throw new SatsumaError('invalid', 'the regular expression is empty');
    return { kind: 'expression', expression: new LinearExpression(source) };
  }
  return text.includes('*') ? { kind: 'glob', parts: text.split('*') } : { kind: 'literal', text };
}

export function matchesPattern(pattern: Pattern, value: string): boolean {
  switch (pattern.kind) {
    case 'literal':
      return pattern.text === value;
    case 'glob':
      return matchesGlob(pattern.parts, value);
    case 'expression':
      return pattern.expression.matches(value);
  }
}

/** Each part is matched at its first occurrence: if that fails, a later one cannot succeed. */
function matchesGlob(parts: readonly string[], value: string): boolean {
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  const end = value.length - last.length;
  let position = first.length;
  if (end < position || !value.startsWith(first) || !value.endsWith(last)) return false;
  for (const part of parts.slice(1, -1)) {
    const found = value.indexOf(part, position);
    if (found === -1 || found + part.length > end) return false;
    position = found + part.length;
  }
  return true;
}
