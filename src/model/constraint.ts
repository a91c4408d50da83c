import { SatsumaError } from './errors.ts';
import { canonicalImageName } from './image-name.ts';
import { matchesPattern, type Pattern, parsePattern } from './pattern.ts';

/**
 * What an image config asks of its engine, in classic Swarm's words: `zone==eu-*`, `node!=/^old/`, `service!=~web`.
 * `engine` (or `node`) is the engine's id; `service`, `image` and `container` are what is on it; all else are its labels.
 */
export interface Constraint {
  /** As it was asked for. */
  readonly text: string;
  readonly subject: Subject;
  /** The label's key, or the subject's word. */
  readonly key: string;
  /** `!=`: no value may match. Otherwise one must. */
  readonly isNegated: boolean;
  /** `~`: the engine is ranked higher, and no other is refused. */
  readonly isSoft: boolean;
  readonly pattern: Pattern;
}

export type Subject = 'label' | 'engine' | 'service' | 'image' | 'container';

const subjects: ReadonlyMap<string, Subject> = new Map([
  ...(['engine', 'service', 'image', 'container'] as const).map((subject) => [subject, subject] as const),
  ['node', 'engine'],
]);

/** Before an operator, these are no keys of labels. */
export const subjectKeys = [...subjects.keys()];

export const mostConstraintCharacters = 256;

/** A cache, not a limit. */
const mostKnown = 1000;
const known = new Map<string, Constraint>();

/** Throws `invalid` with what is wrong. The same text is asked about at every placement, so what it says is kept. */
export function parseConstraint(text: string): Constraint {
  const existing = known.get(text);
  if (existing) return existing;
  const constraint = parse(text);
  if (known.size >= mostKnown) known.clear();
  known.set(text, constraint);
  return constraint;
}

function parse(text: string): Constraint {
  const [, key = '', operator, soft, value = ''] = /^(.*?)([!=]=)(~?)(.*)$/s.exec(text) ?? [];
  if (operator === undefined) throw new SatsumaError('invalid', 'it must be like zone==eu-1 or node!=old-*');
  if (!/^[a-zA-Z0-9_][a-zA-Z0-9_./-]{0,127}$/.test(key)) {
    throw new SatsumaError(
      'invalid',
      `before ${operator} there must be a key, of letters, digits, "_", ".", "/" and "-"`,
    );
  }
  if (value === '' || value !== value.trim()) {
    throw new SatsumaError('invalid', `after ${operator}${soft} there must be a value, without spaces around it`);
  }
  const subject = subjects.get(key) ?? 'label';
  const pattern = parsePattern(value);
  return {
    ...{ text, subject, key, isNegated: operator === '!=', isSoft: soft === '~' },
    pattern:
      subject === 'image' && pattern.kind === 'literal' ? { ...pattern, text: canonicalImageName(value) } : pattern,
  };
}

/** Whether one of the values matches, or none where it must be none. */
export function isMet({ isNegated, pattern }: Constraint, values: Iterable<string>): boolean {
  for (const value of values) if (matchesPattern(pattern, value)) return !isNegated;
  return isNegated;
}
