import type { Scope } from './scope.ts';

/**
 * What can be done. Reading is not running: whatever spawns a process or reveals what a container was given has a verb of
 * its own, whichever method its route has.
 */
export const verbs = [
  /** Shows what there is, without the values of environments. */
  'read',
  /** Computes what would be done, and does nothing. */
  'plan',
  'create',
  'update',
  'remove',
  /** What programs wrote. */
  'logs',
  /**
   * The values of environments, and the documents and processes of containers as the engine has them. A secret is revealed
   * to whoever has a container made with it.
   */
  'reveal',
  'exec',
  'attach',
  /** Files, file systems and archives out of the cluster; and into it. */
  'export',
  'import',
] as const;
export type Verb = (typeof verbs)[number];

/** What it is done to, in the words of the paths of the API. */
export const nouns = [
  ...(['container', 'service', 'job', 'image', 'engine-image', 'volume', 'network'] as const),
  ...(['engine', 'registry', 'webhook', 'rebalance', 'catalog', 'event', 'cluster', 'metrics'] as const),
  ...(['domain', 'account', 'role', 'secret', 'policy', 'token', 'audit', 'backup', 'project'] as const),
];
export type Noun = (typeof nouns)[number];

/** Each of these verbs on each of these nouns; `*` is all of them. */
export interface RoleRule {
  readonly verbs: readonly (Verb | '*')[];
  readonly nouns: readonly (Noun | '*')[];
}

/** What whoever has it may do. */
export interface Role {
  readonly rules: readonly RoleRule[];
  /** To what whoever has it is narrowed; left out: to nothing. */
  readonly scope?: Scope;
  /** The policy that their containers are held against; left out: none. */
  readonly policy?: string;
}

/** A role of the users' own, as the store keeps it. */
export interface RoleRecord extends Role {
  readonly createdAt: string;
}

const workloads = [
  'container',
  'service',
  'job',
  'image',
  'engine-image',
  'volume',
  'network',
  'secret',
  'rebalance',
  'domain',
] as const;
const watched = ['catalog', 'event', 'cluster', 'metrics', 'policy', 'project'] as const;

/** They are always there, and cannot be changed. The URL of a webhook may hold a secret: only admins see it. */
export const builtInRoles = {
  admin: { rules: [{ verbs: ['*'], nouns: ['*'] }] },
  operator: {
    rules: [
      { verbs: ['*'], nouns: [...workloads] },
      { verbs: ['read', 'plan', 'logs'], nouns: [...watched] },
      { verbs: ['read', 'plan', 'update'], nouns: ['engine'] },
      { verbs: ['read'], nouns: ['registry'] },
    ],
  },
  viewer: {
    rules: [{ verbs: ['read', 'plan', 'logs'], nouns: [...workloads, ...watched, 'engine', 'registry'] }],
  },
} as const satisfies Readonly<Record<string, Role>>;

export type BuiltInRole = keyof typeof builtInRoles;

export function isBuiltInRole(name: string): name is BuiltInRole {
  return Object.hasOwn(builtInRoles, name);
}

export function allows(role: Role, verb: Verb, noun: Noun): boolean {
  return role.rules.some(({ verbs: some, nouns: on }) => has(some, verb) && has(on, noun));
}

/** The first thing that the one role allows and the other does not: nobody may give away more than they have. */
export function beyond(role: Role, limit: Role): { readonly verb: Verb; readonly noun: Noun } | undefined {
  for (const verb of verbs) {
    for (const noun of nouns) if (allows(role, verb, noun) && !allows(limit, verb, noun)) return { verb, noun };
  }
  return undefined;
}

/** What can be told apart by project and engine; of the rest, whoever is narrowed has nothing. */
const narrowable: ReadonlyMap<Noun, readonly Verb[] | 'all'> = new Map<Noun, readonly Verb[] | 'all'>([
  ...(['container', 'service', 'job', 'image', 'secret', 'domain'] as const).map((noun) => [noun, 'all'] as const),
  ...(['project', 'engine', 'event', 'metrics', 'catalog', 'policy'] as const).map((noun) => [noun, ['read']] as const),
]);

export function isNarrowable(verb: Verb, noun: Noun): boolean {
  const some = narrowable.get(noun);
  return some === 'all' || (some?.includes(verb) ?? false);
}

function has<T extends string>(some: readonly (T | '*')[], one: T): boolean {
  return some.includes(one) || some.includes('*');
}

/** Of each kind there may be so many. */
export const mostTokens = 10_000;
export const mostRoles = 100;
