import type { AuditBlock, AuditEntry } from '../../model/audit.ts';
import type { DomainRecord } from '../../model/domain.ts';
import type { EngineThingChange } from '../../model/engine-thing.ts';
import { projectOf } from '../../model/image-config.ts';
import type { PolicyRecord } from '../../model/policy.ts';
import type { ProjectRecord } from '../../model/project.ts';
import type { SecretRecord } from '../../model/secret.ts';
import type { Attributes, Before, EventDraft, EventSource } from './event-source.ts';

interface Named {
  readonly at: string;
  readonly project?: string;
  readonly attributes: Attributes;
}

/** For records with a name and a time of the last change. */
function namedSource<V>(
  kind: 'secret' | 'policy' | 'project' | 'domain',
  trim: (value: V, id: string) => Named,
): EventSource<V, Named> {
  return {
    trim,
    compare: (before, after, id) => {
      const { project, attributes = {} } = after ?? (before === 'unknown' ? undefined : before) ?? {};
      const action = actionOf(before, after);
      const whose = project === undefined ? {} : { project };
      return action ? [{ kind, action, name: id, id, ...whose, at: after?.at, attributes }] : [];
    },
  };
}

function actionOf(before: Before<Named>, after: Named | undefined): string | undefined {
  if (!after) return before ? 'remove' : undefined;
  if (before === 'unknown') return 'update';
  if (!before) return 'create';
  return before.at === after.at ? undefined : 'update';
}

/** Values are separate records. */
export const secretSource = namedSource<SecretRecord>('secret', (secret) => ({
  ...{ at: secret.updatedAt, project: projectOf(secret), attributes: { version: secret.version } },
}));

export const policySource = namedSource<PolicyRecord>('policy', ({ updatedAt }) => ({ at: updatedAt, attributes: {} }));

export const projectSource = namedSource<ProjectRecord>('project', ({ updatedAt }, id) => ({
  ...{ at: updatedAt, project: id, attributes: {} },
}));

/** `routes`: the first targets, as `PATH SERVICE:PORT`. */
export const domainSource = namedSource<DomainRecord>('domain', (domain) => {
  const routes = domain.rules.slice(0, 10).map(({ path, service, port }) => `${path} ${service}:${port}`);
  return {
    at: domain.updatedAt,
    project: projectOf(domain),
    attributes: { tls: domain.tls, routes: routes.join(', ') },
  };
});

/** Each version of the record is an event of its own. */
export function eventsOfThing({ kind, action, name, engine, at, attributes }: EngineThingChange): EventDraft[] {
  return [{ kind, action, name, id: name, engine, at, attributes }];
}

/** Blocks are immutable. Entries are passed on unchanged: they contain nothing of bodies or queries. */
export function eventsOfAudit({ entries }: AuditBlock): EventDraft[] {
  return entries.map(draftOf);
}

function draftOf({ at, result, target, request, ...entry }: AuditEntry): EventDraft {
  const { who, role, from, verb, noun, method, path, status, code, policy, rule } = entry;
  const known = { who, role, from, verb, noun, method, path, status, code, policy, rule };
  const attributes = Object.fromEntries(
    Object.entries(known).filter(
      (pair): pair is [string, string | number] => pair[1] !== null && pair[1] !== undefined,
    ),
  );
  return { kind: 'audit', action: result, name: target ?? '', id: request, at, attributes };
}
