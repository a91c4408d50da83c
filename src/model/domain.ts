/** A domain that routers serve, as the store keeps it, by its name. */
export interface DomainRecord {
  /** That of the services that it leads to. Left out: `default`. */
  readonly project?: string;
  /** Whose template says it. Left out: somebody added it. */
  readonly deployment?: string;
  /** One for each path. */
  readonly rules: readonly DomainRule[];
  readonly tls: DomainTls;
  /** Who may come in, by name: what is kept of their passwords, encrypted. Left out: everybody. */
  readonly users?: Readonly<Record<string, string>>;
  /** How visitors show their passwords. Left out: by HTTP Digest. */
  readonly auth?: DomainAuth;
  /** Where requests of a path are sent on to: one for each path, and no rule has it. */
  readonly redirects?: readonly DomainRedirect[];
  /** What is done to the headers of all that passes. */
  readonly headers?: DomainHeaders;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Where requests go whose path begins with that of the rule. Of several rules the one with the longest path counts. */
export interface DomainRule {
  /** `/` is all of them; no other one ends with a slash. */
  readonly path: string;
  readonly service: string;
  /** The container's. */
  readonly port: number;
}

export interface DomainRedirect {
  readonly path: string;
  readonly to: string;
  /** 308, and not 307. */
  readonly permanent: boolean;
  /** What was asked for is appended. */
  readonly keep_path: boolean;
}

export interface HeaderChanges {
  readonly set?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
}

export interface DomainHeaders {
  /** Of what services are asked. */
  readonly request?: HeaderChanges;
  /** Of what visitors are answered. */
  readonly response?: HeaderChanges;
}

/** `basic`: whoever reads the connection reads the password. */
export const domainAuthSchemes = ['digest', 'basic'] as const;
export type DomainAuth = (typeof domainAuthSchemes)[number];

/** Of a kind, for requests or for answers. */
export const mostHeaders = 50;

/**
 * `automatic`: certificates are fetched from a public authority. `internal`: from an authority of the router's own. `off`: plain
 * HTTP, and nothing else.
 */
export const domainTlsModes = ['automatic', 'internal', 'off'] as const;
export type DomainTls = (typeof domainTlsModes)[number];

export const mostDomains = 1_000;
export const mostRules = 100;
/** Of all domains: routers read all of them at each change of one. */
export const mostRulesInAll = 5_000;
/** Of one project, so that there is room for others. */
export const mostDomainsOfProject = 500;
export const mostRulesOfProject = 2_500;

const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
/** A host name in lower case; its first label may be `*`. */
export const domainPattern = new RegExp(`^(?=.{1,253}$)(\\*\\.)?${label}(\\.${label})*$`);

export function isWildcardDomain(name: string): boolean {
  return name.startsWith('*.');
}

/** Whether a wildcard is every name with that one's last labels. */
export function isCovered(name: string, wildcard: string): boolean {
  return isWildcardDomain(wildcard) && !isWildcardDomain(name) && name.slice(name.indexOf('.')) === wildcard.slice(1);
}

export const mostUsers = 100;
/** Without `:` and `"`: neither scheme of HTTP has them in a name. */
export const domainUserPattern = /^[\x21\x23-\x39\x3b-\x5b\x5d-\x7e]{1,64}$/;
export const longestPassword = 256;

/** What the hashes of a user's password are encrypted for. */
export function domainUserContext(domain: string, user: string): string {
  return `domain-user/${domain}/${user}`;
}
