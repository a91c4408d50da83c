import type { DomainAuth, DomainHeaders, DomainRedirect, DomainTls } from '../model/domain.ts';

/** The body of POST /apiv1/domain. */
export interface DomainBody {
  /** A host name in lower case; its first label may be `*`. */
  readonly name: string;
  /** Where it leads; or `redirect`. */
  readonly service?: string;
  /** The container's. Left out: the one that the service publishes. */
  readonly port?: number;
  /** Left out: `/`, all of them. */
  readonly path?: string;
  /** Left out: as it is, or `automatic`. */
  readonly tls?: DomainTls;
  /** Who may come in: passwords by name. Left out: as it is; null: everybody. */
  readonly users?: Readonly<Record<string, string>> | null;
  /** How visitors show their passwords. Left out: as it is, or by `digest`. */
  readonly auth?: DomainAuth;
  /** What is done to headers. Left out: as it is; null: nothing. */
  readonly headers?: DomainHeaders | null;
  /** A URL that visitors are sent on to. */
  readonly redirect?: string;
  /** Of a redirect: 308, and not 307. Left out: true. */
  readonly permanent?: boolean;
  /** Of a redirect: what was asked for is appended to the URL. */
  readonly keep_path?: boolean;
  /** Of a redirect: what it belongs to. A service has one. */
  readonly project?: string;
}

export interface Domain {
  readonly name: string;
  /** That of its services. */
  readonly project: string;
  /** Whose template says it. */
  readonly deployment?: string;
  readonly tls: DomainTls;
  /** Names of those who may come in, with a password; left out: everybody may. */
  readonly users?: readonly string[];
  /** How visitors show their passwords, where it is not by Digest. */
  readonly auth?: DomainAuth;
  readonly headers?: DomainHeaders;
  readonly rules: readonly DomainRule[];
  readonly redirects?: readonly DomainRedirect[];
  /** Why routers do not serve it. */
  readonly problem?: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface DomainRule {
  readonly path: string;
  readonly service: string;
  /** The container's. */
  readonly port: number;
  /** How many replicas are ready. */
  readonly ready: number;
  /** Why it leads nowhere. */
  readonly problem?: string;
}
