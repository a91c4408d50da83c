import { isDeepStrictEqual } from 'node:util';
import { refuseOrphans } from '../../decisions/domains/domain-certificate.ts';
import { findService } from '../../decisions/services/find-service.ts';
import type { DomainRecord } from '../../model/domain.ts';
import { SatsumaError } from '../../model/errors.ts';
import { timestamp } from '../../state/clock.ts';
import type { Cluster } from '../../state/cluster.ts';
import { changeDocument } from '../change-document.ts';
import { type EditedDomain, editedDomain, type NewRedirect, type NewRule, redirectedDomain } from './edited-domain.ts';
import { readGivenCertificate } from './given-certificate.ts';

export interface NamedDomain extends DomainRecord {
  readonly name: string;
}

/** A certificate and its key in PEM: both or none. */
interface GivenPem {
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

/**
 * Adds or changes a rule of a domain. The first rule creates the domain. An equal rule changes nothing. Throws `no_such_service`,
 * `invalid`, and `domain_taken` if another service or a deployment has it.
 */
export async function addRule(
  cluster: Cluster,
  { certificate, key, ...asked }: NewRule & GivenPem,
): Promise<NamedDomain> {
  const { name, service } = asked;
  const { spec } = await findService(cluster, service);
  const given = givenIn(cluster, name, { certificate, key });
  return await changeDomain(cluster, name, (found) => editedDomain(cluster, found, { ...asked, ...spec, given }));
}

/** Adds or changes a redirect of a domain. The first one creates the domain. An equal one changes nothing. Throws `invalid`, `domain_taken`. */
export async function addRedirect(
  cluster: Cluster,
  { certificate, key, ...asked }: NewRedirect & GivenPem,
): Promise<NamedDomain> {
  const given = givenIn(cluster, asked.name, { certificate, key });
  return await changeDomain(cluster, asked.name, (found) => redirectedDomain(cluster, found, { ...asked, given }));
}

function givenIn({ clock }: Cluster, name: string, { certificate, key }: GivenPem) {
  if (certificate === undefined || key === undefined) return undefined;
  return readGivenCertificate(name, { certificate, key }, clock.now());
}

async function changeDomain(
  cluster: Cluster,
  name: string,
  edited: (found: DomainRecord | undefined) => EditedDomain,
): Promise<NamedDomain> {
  await cluster.cache.catchUp();
  const now = timestamp(cluster.clock);
  const place = { kind: 'domain', id: name } as const;
  const edit = (found: DomainRecord | undefined) => {
    const next = edited(found);
    refuseOrphans(cluster, name, found, next);
    return dated(next, found, now);
  };
  const value = await changeDocument(cluster, place, edit, busy(name));
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

/**
 * Removes a domain, or with `path` only that rule. Without rules a domain is removed. Throws `no_such_domain`, and `wrong_state`
 * if another domain uses its certificate.
 */
export async function removeDomain(cluster: Cluster, name: string, path?: string): Promise<void> {
  await cluster.cache.catchUp();
  const now = timestamp(cluster.clock);
  const place = { kind: 'domain', id: name } as const;
  const edit = (found: DomainRecord | undefined): DomainRecord | undefined => {
    if (!found) throw noDomain(name);
    const isLeft = (each: { readonly path: string }) => path !== undefined && each.path !== path;
    const { redirects: before = [], ...rest } = found;
    const rules = rest.rules.filter(isLeft);
    const redirects = before.filter(isLeft);
    const left = rules.length + redirects.length;
    if (path !== undefined && left === rest.rules.length + before.length) throw noDomain(name, path);
    if (left === 0) {
      refuseOrphans(cluster, name, found, undefined);
      return undefined;
    }
    return dated({ ...rest, rules, ...(redirects.length > 0 && { redirects }) }, found, now);
  };
  await changeDocument(cluster, place, edit, busy(name));
  cluster.logger.info({ domain: name, path }, 'domain removed');
}

export function noDomain(name: string, path?: string): SatsumaError {
  const rule = path === undefined ? '' : ` with a rule for ${path}`;
  return new SatsumaError('no_such_domain', `there is no domain ${name}${rule}`);
}

/** Domains are equal if they differ only in their times. */
function dated(edited: EditedDomain, found: DomainRecord | undefined, now: string): DomainRecord {
  const value = { ...edited, createdAt: found?.createdAt ?? now, updatedAt: found?.updatedAt ?? now };
  return found && isDeepStrictEqual(value, found) ? found : { ...value, updatedAt: now };
}

function busy(name: string): () => SatsumaError {
  return () => new SatsumaError('wrong_state', `domain ${name} is changed all the time: try again`);
}
