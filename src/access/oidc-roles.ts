import type { OidcSettings } from '../model/oidc.ts';
import { matchesPattern, parsePattern } from '../model/pattern.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** Characters that are replaced in names, which users may choose themselves. */
const namePattern = /[^a-zA-Z0-9_.-]+/g;
const maxNameLength = 64;

/** The role for these claims; undefined: none. */
export function roleOf(claims: Claims, { roles }: Pick<OidcSettings, 'roles'>): string | undefined {
  return roles.find((each) =>
    Object.entries(each.claims).every(([claim, pattern]) => {
      const expected = parsePattern(pattern);
      return valuesOf(claims, claim).some((value) => matchesPattern(expected, value));
    }),
  )?.role;
}

/** The user's name: from the configured claim, or else the id at the provider. */
export function nameOf(claims: Claims, { nameClaim }: Pick<OidcSettings, 'nameClaim'>): string {
  const [text = 'somebody'] = [...valuesOf(claims, nameClaim), ...valuesOf(claims, 'sub')];
  return (
    text
      .replace(namePattern, '-')
      .replace(/^[^a-zA-Z0-9]+/, '')
      .slice(0, maxNameLength) || 'somebody'
  );
}

/** A claim may be a list. `a.b` is the field b of the object a, unless there is a claim named `a.b`. */
function valuesOf(claims: Claims, claim: string): string[] {
  const found = Object.hasOwn(claims, claim) ? claims[claim] : fieldAt(claims, claim.split('.'));
  return [found].flat().flatMap((value) => {
    return ['string', 'number', 'boolean'].includes(typeof value) ? [String(value)] : [];
  });
}

function fieldAt(value: unknown, [field, ...rest]: readonly string[]): unknown {
  if (field === undefined) return value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) return undefined;
  return fieldAt((value as Claims)[field], rest);
}
