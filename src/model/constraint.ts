import { SatsumaError } from './errors.ts';
import { canonicalImageName } from './image-name.ts';
import { matchesPattern, type Pattern, parsePattern } from './pattern.ts';

/**
 * A placement constraint in classic Swarm's syntax: `zone==eu-*`, `node!=/^old/`, `service!=~web`. `engine` (or `node`)
 * is the engine's id; `service`, `image` and `container` match what runs on the engine, and `container==ENGINE/NAME` what
 * runs on that one; `container@shop==web` is about what belongs to the project alone; any other key is an engine label.
 */
export interface Constraint {
  /** The constraint as written by the user. */
  readonly text: string;
  readonly subject: Subject;
  /** The label's key, or the subject keyword. */
  readonly key: string;
  /** The one engine whose containers are meant, of `container==ENGINE/NAME`. Absent: those of the engine that is considered. */
  readonly on?: string;
  /** The project whose containers are meant, of `service@PROJECT==NAME`. Absent: all containers, those without a project too. */
  readonly project?: string;
  /** True for `!=`: no value may match. False: one value must match. */
  readonly isNegated: boolean;
  /** True for `~`: matching engines rank higher, and no engine is refused. */
  readonly isSoft: boolean;
  readonly pattern: Pattern;
}

export type Subject = 'label' | 'engine' | 'service' | 'image' | 'container';

const subjects: ReadonlyMap<string, Subject> = new Map([
  ...(['engine', 'service', 'image', 'container'] as const).map((subject) => [subject, subject] as const),
  ['node', 'engine'],
]);

/** Keywords that cannot be used as label keys. */
export const subjectKeys = [...subjects.keys()];

export const maxConstraintCharacters = 256;

/** Size of the parse cache; not a limit on constraints. */
const maxKnown = 1000;
const known = new Map<string, Constraint>();

/** Throws `invalid` with the reason. Results are cached, because the same text is parsed at every placement. */
export function parseConstraint(text: string): Constraint {
  const existing = known.get(text);
  if (existing) return existing;
  const constraint = parse(text);
  if (known.size >= maxKnown) known.clear();
  known.set(text, constraint);
  return constraint;
}

function parse(text: string): Constraint {
  const [, key = '', operator, soft, value = ''] = /^(.*?)([!=]=)(~?)(.*)$/s.exec(text) ?? [];
  if (operator === undefined) throw new SatsumaError('invalid', 'it must be like zone==eu-1 or node!=old-*');
  if (!/^(?:(?:container|service|image)@)?[a-zA-Z0-9_][a-zA-Z0-9_./-]{0,127}$/.test(key)) {
    throw new SatsumaError(
      'invalid',
      `before ${operator} there must be a key, of letters, digits, "_", ".", "/" and "-"`,
    );
  }
  if (value === '' || value !== value.trim()) {
    throw new SatsumaError('invalid', `after ${operator}${soft} there must be a value, without spaces around it`);
  }
  const [word = key, project] = key.includes('@') ? key.split('@') : [key];
  const subject = subjects.get(word) ?? 'label';
  const [, on, name = value] = (subject === 'container' && /^([^/]+)\/(.+)$/s.exec(value)) || [];
  const pattern = parsePattern(name);
  return {
    ...{ text, subject, key, isNegated: operator === '!=', isSoft: soft === '~' },
    ...(on !== undefined && { on }),
    ...(project !== undefined && { project }),
    pattern:
      subject === 'image' && pattern.kind === 'literal' ? { ...pattern, text: canonicalImageName(value) } : pattern,
  };
}

/** Whether one of the values matches; for a negated constraint, whether none does. */
export function isMet({ isNegated, pattern }: Constraint, values: Iterable<string>): boolean {
  for (const value of values) if (matchesPattern(pattern, value)) return !isNegated;
  return isNegated;
}

/** The constraint as it is about the project alone, where it is about what runs and names no project itself. Throws `invalid`. */
export function ofProject(text: string, project: string): string {
  const { subject, project: named } = parseConstraint(text);
  const isOfContainers = subject !== 'label' && subject !== 'engine';
  return isOfContainers && named === undefined ? text.replace(subject, `${subject}@${project}`) : text;
}
