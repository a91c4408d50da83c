import type { Scope } from './scope.ts';

/**
 * Actions that a role can allow. An action that spawns a process or reveals what a container was given has its own
 * verb, separate from `read`, whatever the HTTP method of its route.
 */
export const verbs = [
  /** Lists and shows resources, without environment values. */
  'read',
  /** Computes the effect of a change without making it. */
  'plan',
  'create',
  'update',
  'remove',
  /** Reads the output of containers and tasks. */
  'logs',
  /**
   * Shows environment values, and the documents and processes of containers as the engine reports them. A secret is
   * revealed to anyone who can create a container that uses it.
   */
  'reveal',
  'exec',
  'attach',
  /** Moves files, file systems and archives out of the cluster (`export`) or into it (`import`). */
  'export',
  'import',
] as const;
export type Verb = (typeof verbs)[number];

/** Resources that a verb applies to, named as in the paths of the API. */
export const nouns = [
  ...(['container', 'service', 'job', 'image', 'engine-image', 'volume', 'network'] as const),
  ...(['engine', 'registry', 'webhook', 'rebalance', 'catalog', 'event', 'cluster', 'metrics'] as const),
  ...(['domain', 'account', 'role', 'secret', 'policy', 'token', 'audit', 'backup', 'project'] as const),
];
export type Noun = (typeof nouns)[number];

/** Allows each of these verbs on each of these nouns; `*` means all. */
export interface RoleRule {
  readonly verbs: readonly (Verb | '*')[];
  readonly nouns: readonly (Noun | '*')[];
}

/** Permissions of the accounts and tokens that have this role. */
export interface Role {
  readonly rules: readonly RoleRule[];
  /** Restricts the role to these projects and engines. Absent: unrestricted. */
  readonly scope?: Scope;
  /** The policy that their containers are checked against. Absent: no policy. */
  readonly policy?: string;
}

/** A user-defined role, as the store keeps it. */
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

/**
 * Built-in roles: always present, and immutable. Only `admin` reads webhooks, because the URL of a webhook may hold a
 * secret.
 */
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

/** The first permission that `role` has and `limit` lacks: no caller may grant more than it has. */
export function beyond(role: Role, limit: Role): { readonly verb: Verb; readonly noun: Noun } | undefined {
  for (const verb of verbs) {
    for (const noun of nouns) if (allows(role, verb, noun) && !allows(limit, verb, noun)) return { verb, noun };
  }
  return undefined;
}

/**
 * Permissions that a scope can restrict, because these resources belong to a project or an engine. A caller with a
 * scope is denied all others.
 */
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

/** Limits for the whole cluster. */
export const maxTokens = 10_000;
export const maxRoles = 100;
