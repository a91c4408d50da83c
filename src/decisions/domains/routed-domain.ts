import type { DomainRecord, DomainRule } from '../../model/domain.ts';
import type { RouterRecord } from '../../model/router.ts';

export interface NamedDomain extends Pick<DomainRecord, 'tls' | 'redirects' | 'headers'> {
  /** Visitors need a password. */
  readonly isGuarded?: boolean;
  /** The code in reports of its requests. Absent: no reports. */
  readonly code?: string;
  /** For `tls: given`: the digest of its certificate. Absent: there is none. */
  readonly digest?: string;
  readonly name: string;
  /** Rules with an existing target. */
  readonly rules: readonly RoutedRule[];
}

export interface RoutedRule extends Omit<DomainRule, 'service'> {
  /** The id of the service's record. The name can be reused later, and two names can differ only in case. */
  readonly serviceId: string;
}

export interface RouterSettings extends Pick<RouterRecord, 'dns' | 'dnsDomain' | 'auth' | 'email'> {
  /** The token that proves to a server that the caller is a router. */
  readonly token?: string;
  /** What this version of Caddy supports. Caddy rejects fields that it does not know. */
  readonly version: string;
  /** Returns a given certificate and its key by digest. Undefined if it is not available. */
  readonly pemOf?: (digest: string) => Pem | undefined;
}

/** A certificate with its chain, and its private key. */
export interface Pem {
  readonly certificate: string;
  readonly key: string;
}
