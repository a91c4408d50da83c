import type { DomainAuth, DomainHeaders, DomainRedirect, DomainTls } from '../model/domain.ts';

/** The body of POST /apiv1/domain. */
export interface DomainBody {
  /** A host name in lower case; its first label may be `*`. */
  readonly name: string;
  /** The target service; either this or `redirect`. */
  readonly service?: string;
  /** The container port. Default: the only published one. */
  readonly port?: number;
  /** Default: `/`, which matches all paths. */
  readonly path?: string;
  /** Default: unchanged; `automatic` for a new domain, `given` with a certificate. */
  readonly tls?: DomainTls;
  /** PEM: the certificate first, then its issuers. For `given`; absent: unchanged, or that of another domain of the project. */
  readonly certificate?: string;
  /** PEM: the private key of the certificate. */
  readonly key?: string;
  /** Visitors that may enter, with their passwords. Absent: unchanged; null: everybody. */
  readonly users?: Readonly<Record<string, string>> | null;
  /** How visitors authenticate. Default: unchanged; `digest` for a new domain. */
  readonly auth?: DomainAuth;
  /** Changes to headers. Absent: unchanged; null: none. */
  readonly headers?: DomainHeaders | null;
  /** The target URL of a redirect. */
  readonly redirect?: string;
  /** For a redirect: status 308 instead of 307. Default: true. */
  readonly permanent?: boolean;
  /** For a redirect: append the requested path to the URL. */
  readonly keep_path?: boolean;
  /** For a redirect: its project. Services have their own. */
  readonly project?: string;
}

export interface Domain {
  readonly name: string;
  /** The project of its services. */
  readonly project: string;
  /** The deployment whose template defines it. */
  readonly deployment?: string;
  readonly tls: DomainTls;
  /** The uploaded certificate, if there is one. */
  readonly certificate?: ShownCertificate;
  /** The names of visitors with a password. Absent: everybody may enter. */
  readonly users?: readonly string[];
  /** How visitors authenticate, if not by Digest. */
  readonly auth?: DomainAuth;
  readonly headers?: DomainHeaders;
  readonly rules: readonly DomainRule[];
  readonly redirects?: readonly DomainRedirect[];
  /** Why routers do not serve it. */
  readonly problem?: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface ShownCertificate {
  /** The domain with which it was uploaded. */
  readonly domain: string;
  /** Its host names. */
  readonly names: readonly string[];
  /** SHA-256, in hexadecimal. */
  readonly fingerprint: string;
  readonly expires_at: string;
}

export interface DomainRule {
  readonly path: string;
  readonly service: string;
  /** The container port. */
  readonly port: number;
  /** How many replicas are ready. */
  readonly ready: number;
  /** Why it has no target. */
  readonly problem?: string;
}
