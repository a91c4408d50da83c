/** A domain that the routers serve, as the store keeps it by name. */
export interface DomainRecord {
  /** The project of its services. Absent: `default`. */
  readonly project?: string;
  /** The deployment whose template defines it. Absent: it was added by a user. */
  readonly deployment?: string;
  /** One rule per path. */
  readonly rules: readonly DomainRule[];
  readonly tls: DomainTls;
  /** For `given`: its own certificate. Absent: a certificate of another domain of the project that covers this name. */
  readonly certificate?: DomainCertificate;
  /** Visitors that may enter, by name, with their encrypted password hashes. Absent: everybody. */
  readonly users?: Readonly<Record<string, string>>;
  /** How visitors authenticate. Absent: HTTP Digest. */
  readonly auth?: DomainAuth;
  /** Redirects by path. A path has a rule or a redirect, never both. */
  readonly redirects?: readonly DomainRedirect[];
  /** Changes to the headers of all requests and responses. */
  readonly headers?: DomainHeaders;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A certificate uploaded with a domain. */
export interface DomainCertificate {
  /** PEM: the certificate, then its issuers. */
  readonly chain: string;
  /** The private key as PEM, encrypted. */
  readonly key: string;
  /** SHA-256 of `chain`. */
  readonly digest: string;
  /** SHA-256 of the certificate, in hexadecimal. */
  readonly fingerprint: string;
  /** Its host names, in lower case; wildcards are allowed. */
  readonly names: readonly string[];
  /** RFC 3339. */
  readonly notAfter: string;
}

/** Routes requests to a service by path prefix. The longest matching path wins. */
export interface DomainRule {
  /** `/` matches everything; no other path ends with a slash. */
  readonly path: string;
  readonly service: string;
  /** The container port. */
  readonly port: number;
}

export interface DomainRedirect {
  readonly path: string;
  readonly to: string;
  /** True: status 308. False: status 307. */
  readonly permanent: boolean;
  /** Appends the requested path to `to`. */
  readonly keep_path: boolean;
}

export interface HeaderChanges {
  readonly set?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
}

export interface DomainHeaders {
  /** Headers of requests to services. */
  readonly request?: HeaderChanges;
  /** Headers of responses to visitors. */
  readonly response?: HeaderChanges;
}

/** `basic` sends the password unencrypted. */
export const domainAuthSchemes = ['digest', 'basic'] as const;
export type DomainAuth = (typeof domainAuthSchemes)[number];

/** Of one kind of change, for requests or for responses. */
export const maxHeaders = 50;

/**
 * `automatic`: certificates come from a public authority. `internal`: from the router's own authority. `given`: from the user. `off`: plain
 * HTTP only.
 */
export const domainTlsModes = ['automatic', 'internal', 'given', 'off'] as const;
export type DomainTls = (typeof domainTlsModes)[number];

export const maxDomains = 1_000;
export const maxRules = 100;
/** In all domains: routers load all rules whenever one domain changes. */
export const maxRulesInAll = 5_000;
/** Per project, to leave capacity for other projects. */
export const maxDomainsOfProject = 500;
export const maxRulesOfProject = 2_500;

const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
/** A host name in lower case; its first label may be `*`. */
export const domainPattern = new RegExp(`^(?=.{1,253}$)(\\*\\.)?${label}(\\.${label})*$`);

export function isWildcardDomain(name: string): boolean {
  return name.startsWith('*.');
}

/** Whether the wildcard covers the name: all labels after the first are equal. */
export function isCovered(name: string, wildcard: string): boolean {
  return isWildcardDomain(wildcard) && !isWildcardDomain(name) && name.slice(name.indexOf('.')) === wildcard.slice(1);
}

export const maxUsers = 100;
/** Excludes `:` and `"`, which neither HTTP scheme allows in a user name. */
export const domainUserPattern = /^[\x21\x23-\x39\x3b-\x5b\x5d-\x7e]{1,64}$/;
export const maxPasswordLength = 256;

/** The encryption context of a user's password hashes. */
export function domainUserContext(domain: string, user: string): string {
  return `domain-user/${domain}/${user}`;
}

/** The encryption context of an uploaded certificate's key. */
export function domainKeyContext(domain: string): string {
  return `domain-key/${domain}`;
}

/** Size limits of a certificate chain, and of a key. */
export const maxChainLength = 64 * 1024;
export const maxKeyLength = 16 * 1024;
export const maxCertificateNames = 250;

/** Whether a certificate with this name covers the domain. */
export function isNamedBy(domain: string, certificateName: string): boolean {
  return domain === certificateName || isCovered(domain, certificateName);
}
