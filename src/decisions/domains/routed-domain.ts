import type { DomainRecord, DomainRule } from '../../model/domain.ts';
import type { RouterRecord } from '../../model/router.ts';

export interface NamedDomain extends Pick<DomainRecord, 'tls' | 'redirects' | 'headers'> {
  /** Visitors need a password. */
  readonly isGuarded?: boolean;
  /** What requests of it are reported with; left out: nobody is told. */
  readonly code?: string;
  /** Of `given`: by what its certificate is known. Left out: there is none. */
  readonly digest?: string;
  readonly name: string;
  /** Those that lead somewhere. */
  readonly rules: readonly RoutedRule[];
}

export interface RoutedRule extends Omit<DomainRule, 'service'> {
  /** The id of the service's record: its name may be that of another one tomorrow, or differ from another one in nothing but capitals. */
  readonly serviceId: string;
}

export interface RouterSettings extends Pick<RouterRecord, 'dns' | 'dnsDomain' | 'auth' | 'email'> {
  /** By which servers that check passwords know routers. */
  readonly token?: string;
  /** Of Caddy: it refuses what it does not know. */
  readonly version: string;
  /** A certificate that was given, by its digest, with its key. Undefined: it cannot be had. */
  readonly pemOf?: (digest: string) => Pem | undefined;
}

/** A certificate with those of who signed it, and its key. */
export interface Pem {
  readonly certificate: string;
  readonly key: string;
}
