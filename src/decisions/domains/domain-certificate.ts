import {
  type DomainCertificate,
  type DomainRecord,
  domainKeyContext,
  isCovered,
  isNamedBy,
  isWildcardDomain,
} from '../../model/domain.ts';
import { SatsumaError } from '../../model/errors.ts';
import { projectOf } from '../../model/image-config.ts';
import type { Cluster } from '../../state/cluster.ts';
import { memoizeByDomains } from './memoize-by-domains.ts';

type Cached = Pick<Cluster, 'cache'>;

export interface HeldCertificate extends DomainCertificate {
  /** The domain whose record stores it. */
  readonly of: string;
}

/** The certificate of a domain with `tls: given`: its own, or one given with another domain of the same project. */
export function certificateOf(cluster: Cached, name: string, domain: Owned): HeldCertificate | undefined {
  if (domain.tls !== 'given') return undefined;
  if (domain.certificate) return { ...domain.certificate, of: name };
  return heldFor(name, heldByProject(cluster).get(projectOf(domain)));
}

type Owned = Pick<DomainRecord, 'tls' | 'project' | 'certificate'>;

function heldFor(name: string, held: ReadonlyMap<string, HeldCertificate> | undefined): HeldCertificate | undefined {
  return held?.get(name) ?? held?.get(isWildcardDomain(name) ? name : `*${name.slice(name.indexOf('.'))}`);
}

/** Given certificates by project and by DNS name. If several cover a name, the one that expires last. */
const heldByProject = memoizeByDomains<Cached, ReadonlyMap<string, ReadonlyMap<string, HeldCertificate>>>(
  ({ cache }) => {
    const projects = new Map<string, Map<string, HeldCertificate>>();
    for (const { id: of, value } of cache.domains.all()) {
      if (!value.certificate) continue;
      const held = projects.get(projectOf(value)) ?? new Map<string, HeldCertificate>();
      projects.set(projectOf(value), held);
      for (const name of value.certificate.names) {
        const before = held.get(name);
        if (!before || before.notAfter < value.certificate.notAfter) held.set(name, { ...value.certificate, of });
      }
    }
    return projects;
  },
);

/** The private key as PEM. Undefined if another installation encrypted it. */
export function keyOf(
  { installation }: Pick<Cluster, 'installation'>,
  { of, key }: HeldCertificate,
): string | undefined {
  return installation.decrypt(key, domainKeyContext(of));
}

/** Why visitors get no valid certificate. Undefined if they get one. */
export function certificateProblem(
  cluster: Pick<Cluster, 'cache' | 'installation' | 'clock'>,
  name: string,
  domain: DomainRecord,
): string | undefined {
  if (domain.tls !== 'given') return undefined;
  const held = certificateOf(cluster, name, domain);
  if (!held) return 'no certificate is given for it';
  if (keyOf(cluster, held) === undefined)
    return 'the key of its certificate was encrypted by another installation: give the certificate again';
  const hasEnded = Date.parse(held.notAfter) <= cluster.clock.now();
  return hasEnded ? `its certificate ended at ${held.notAfter}: give another one` : undefined;
}

/**
 * A router has one set of certificates and prefers a given one. So no given certificate may cover a domain of another project
 * that uses automatic certificates. Throws `domain_taken`.
 */
export function refuseForeignNames({ cache }: Cached, name: string, edited: Owned): void {
  const project = projectOf(edited);
  const isHit = (certificateName: string, domain: string, { tls }: Owned) =>
    (tls === 'automatic' || tls === 'internal') && (certificateName === domain || isCovered(certificateName, domain));
  for (const { id, value } of cache.domains.all()) {
    const other = projectOf(value);
    if (other === project) continue;
    const theirs = edited.certificate?.names.find((each) => isHit(each, id, value));
    if (theirs !== undefined) throw taken(`the certificate is of ${theirs} as well, which`, id, other);
    if (value.certificate?.names.some((each) => isHit(each, name, edited)))
      throw taken(`${name} is in a certificate that`, id, other);
  }
}

/** Refuses to remove a certificate that other domains use. `after`: the domain as it will be. Throws `wrong_state`. */
export function refuseOrphans(
  cluster: Cached,
  name: string,
  before: DomainRecord | undefined,
  after: Owned | undefined,
): void {
  if (!before?.certificate || before.certificate.digest === after?.certificate?.digest) return;
  const project = projectOf(before);
  for (const { id, value } of cluster.cache.domains.all()) {
    if (id === name || value.tls !== 'given' || value.certificate || projectOf(value) !== project) continue;
    if (certificateOf(cluster, id, value)?.of !== name) continue;
    const isStill =
      after?.certificate?.names.some((each) => isNamedBy(id, each)) || hasAnother(cluster, id, project, name);
    if (isStill) continue;
    throw new SatsumaError('wrong_state', `${id} shows the certificate of ${name}: give ${id} one of its own first`);
  }
}

function hasAnother({ cache }: Cached, id: string, project: string, without: string): boolean {
  return cache.domains
    .all()
    .some(
      ({ id: other, value }) =>
        other !== without &&
        projectOf(value) === project &&
        value.certificate?.names.some((each) => isNamedBy(id, each)),
    );
}

function taken(what: string, domain: string, project: string): SatsumaError {
  return new SatsumaError('domain_taken', `${what} project ${project} has for ${domain}`, {
    details: { domain, path: '/', service: null, project },
  });
}
