import { isDeepStrictEqual } from 'node:util';
import { digestHashes } from '../../access/digest/digest.ts';
import { routablePorts } from '../../decisions/domains/routable-ports.ts';
import { problemOf } from '../../decisions/domains/wanted-config.ts';
import { findService } from '../../decisions/services/find-service.ts';
import {
  type DomainRecord,
  type DomainRule,
  type DomainTls,
  domainUserContext,
  isCovered,
  isWildcardDomain,
  mostDomains,
  mostDomainsOfProject,
  mostRules,
  mostRulesInAll,
  mostRulesOfProject,
} from '../../model/domain.ts';
import { SatsumaError } from '../../model/errors.ts';
import { projectOf } from '../../model/image-config.ts';
import { routerId } from '../../model/router.ts';
import { timestamp } from '../../state/clock.ts';
import type { Cluster } from '../../state/cluster.ts';
import { changeDocument } from '../change-document.ts';

export interface NamedDomain extends DomainRecord {
  readonly name: string;
}

/** Its times are those of what it was made from, if any. */
type EditedDomain = Omit<DomainRecord, 'createdAt' | 'updatedAt'>;

export interface NewRule {
  readonly name: string;
  readonly path: string;
  readonly service: string;
  readonly port?: number | undefined;
  readonly tls?: DomainTls | undefined;
  readonly users?: Readonly<Record<string, string>> | null | undefined;
}

/**
 * A rule of a domain, which is made with its first one. The same again changes nothing. Throws `no_such_service`, `invalid`, and
 * `domain_taken` where another service has it.
 */
export async function addRule(
  cluster: Cluster,
  { name, path, service, port, tls, users }: NewRule,
): Promise<NamedDomain> {
  const { spec } = await findService(cluster, service);
  const owner = spec.image.project === undefined ? {} : { project: spec.image.project };
  const rule = { path, service, port: portOf(service, routablePorts(spec), port) };
  if (cluster.cache.routers.get(routerId)?.value.service === service)
    throw new SatsumaError('invalid', `${service} is the service of the routers: a domain would lead back to them`);
  if (users) refuseWithoutAuth(cluster);
  await refuseOverlap(cluster, name, projectOf(owner));
  const edited = (found: DomainRecord | undefined): EditedDomain => {
    if (found && projectOf(found) !== projectOf(owner)) throw taken(name, found.rules[0], projectOf(found));
    const before = found?.rules.find((each) => isSamePath(each.path, path));
    // One that leads nowhere is in nobody's way.
    const isFree = !found || !before || problemOf(cluster, found, before) !== undefined;
    if (!isFree && before.service !== service) throw taken(name, before, projectOf(found));
    const rules = [...(found?.rules ?? []).filter((each) => !isSamePath(each.path, path)), rule].sort(byPath);
    if (rules.length > mostRules) throw new SatsumaError('invalid', `${name} has ${mostRules} rules already`);
    if (!before) refuseTooMany(cluster, projectOf(owner), found === undefined);
    const asked = tls ?? found?.tls ?? 'automatic';
    if (asked === 'automatic' && isWildcardDomain(name)) {
      const sentence = `public authorities give no certificate for ${name} over HTTP: say "internal" or "off" for "tls"`;
      throw new SatsumaError('invalid', sentence);
    }
    const { users: known, ...rest }: Partial<DomainRecord> = found ?? owner;
    const kept = users === undefined ? known : keptUsers(cluster, name, users ?? {}, known);
    const hasUsers = kept !== undefined && Object.keys(kept).length > 0;
    return { ...rest, rules, tls: asked, ...(hasUsers && { users: kept }) };
  };
  const now = timestamp(cluster.clock);
  const place = { kind: 'domain', id: name } as const;
  const value = await changeDocument(cluster, place, (found) => dated(edited(found), found, now), busy(name));
  if (value.updatedAt === now) cluster.logger.info({ domain: name, rules: value.rules.length }, 'domain changed');
  return { ...value, name };
}

/** Sorted by name. */
export async function listDomains({ store }: Cluster): Promise<NamedDomain[]> {
  return (await store.list('domain')).map(({ id: name, value }) => ({ ...value, name }));
}

/** Throws `no_such_domain`. */
export async function findDomain({ store }: Cluster, name: string): Promise<NamedDomain> {
  const found = await store.read('domain', name);
  if (!found) throw noDomain(name);
  return { ...found.value, name };
}

/** `path`: that rule alone, and the domain with its last one. Throws `no_such_domain`. */
export async function removeDomain(cluster: Cluster, name: string, path?: string): Promise<void> {
  const now = timestamp(cluster.clock);
  const place = { kind: 'domain', id: name } as const;
  const edit = (found: DomainRecord | undefined): DomainRecord | undefined => {
    const rules = found?.rules.filter((rule) => path !== undefined && rule.path !== path) ?? [];
    if (!found || (path !== undefined && rules.length === found.rules.length)) throw noDomain(name, path);
    return rules.length === 0 ? undefined : dated({ ...found, rules }, found, now);
  };
  await changeDocument(cluster, place, edit, busy(name));
  cluster.logger.info({ domain: name, path }, 'domain removed');
}

export function noDomain(name: string, path?: string): SatsumaError {
  const rule = path === undefined ? '' : ` with a rule for ${path}`;
  return new SatsumaError('no_such_domain', `there is no domain ${name}${rule}`);
}

/** What is equal but for its times is the same. */
function dated(edited: EditedDomain, found: DomainRecord | undefined, now: string): DomainRecord {
  const value = { createdAt: now, updatedAt: now, ...edited };
  return found && isDeepStrictEqual(value, found) ? found : { ...value, updatedAt: now };
}

function busy(name: string): () => SatsumaError {
  return () => new SatsumaError('wrong_state', `domain ${name} is changed all the time: try again`);
}

/** Of a password that is the same, what is kept stays the same. */
function keptUsers(
  { installation }: Cluster,
  domain: string,
  users: Readonly<Record<string, string>>,
  before: DomainRecord['users'] = {},
): Record<string, string> {
  const pairs = Object.entries(users).map(([user, password]) => {
    const context = domainUserContext(domain, user);
    const text = JSON.stringify(digestHashes(user, domain, password));
    const known = Object.hasOwn(before, user) ? before[user] : undefined;
    const isSame = known !== undefined && installation.decrypt(known, context) === text;
    return [user, isSame ? known : installation.encrypt(text, context)] as const;
  });
  return Object.fromEntries(pairs);
}

/**
 * A wildcard of another project is about whatever it covers, and one over domains of another project would have its visitors as soon as such
 * a domain is removed. Throws `domain_taken`.
 */
async function refuseOverlap({ cache }: Cluster, name: string, project: string): Promise<void> {
  if (cache.domains.get(name)) return;
  await cache.catchUp();
  const other = cache.domains
    .all()
    .find(({ id, value }) => projectOf(value) !== project && (isCovered(id, name) || isCovered(name, id)));
  if (other) throw taken(other.id, other.value.rules[0], projectOf(other.value));
}

/** Throws `invalid`. */
function refuseTooMany({ cache }: Cluster, project: string, isNewDomain: boolean): void {
  const all = cache.domains.all().map(({ value }) => value);
  const own = all.filter((each) => projectOf(each) === project);
  const count = (domains: readonly DomainRecord[]) => domains.reduce((sum, { rules }) => sum + rules.length, 0);
  const bounds = [
    ...(isNewDomain
      ? ([
          [all.length, mostDomains, 'domains'],
          [own.length, mostDomainsOfProject, `domains of project ${project}`],
        ] as const)
      : []),
    [count(all), mostRulesInAll, 'rules of domains'],
    [count(own), mostRulesOfProject, `rules of domains of project ${project}`],
  ] as const;
  for (const [present, most, what] of bounds) {
    if (present >= most) throw new SatsumaError('invalid', `there are ${most} ${what} already: remove one first`);
  }
}

/** Throws `invalid`. */
function refuseWithoutAuth({ cache, settings }: Cluster): void {
  if (settings.discovery?.auth || (cache.routers.get(routerId)?.value.auth ?? []).length > 0) return;
  const sentence =
    'routers ask Satsuma whether passwords are right: set "discovery.auth" in the configuration, like "10.0.0.5:8090"';
  throw new SatsumaError('invalid', sentence);
}

/** Throws `invalid`. */
function portOf(service: string, ports: readonly number[], asked: number | undefined): number {
  const [only, ...others] = ports;
  if (only === undefined)
    throw new SatsumaError(
      'invalid',
      `service ${service} publishes no TCP port, and routers reach published ports alone`,
    );
  if (asked === undefined && others.length === 0) return only;
  if (asked !== undefined && ports.includes(asked)) return asked;
  const what = asked === undefined ? 'several ports: name one of' : `no port ${asked}, only`;
  throw new SatsumaError('invalid', `service ${service} publishes ${what} ${ports.join(', ')}`);
}

function taken(name: string, rule: DomainRule | undefined, project: string): SatsumaError {
  const who = rule ? `service ${rule.service} (project ${project})` : `project ${project}`;
  return new SatsumaError('domain_taken', `${name}${rule?.path ?? ''} is taken by ${who}`, {
    details: { domain: name, path: rule?.path ?? '/', service: rule?.service ?? null, project },
  });
}

function byPath(a: DomainRule, b: DomainRule): number {
  return a.path < b.path ? -1 : 1;
}

/** Caddy takes no notice of capitals in paths. */
function isSamePath(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
