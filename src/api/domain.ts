import type { DomainTls } from '../model/domain.ts';

/** The body of POST /apiv1/domain. */
export interface DomainBody {
  /** A host name in lower case; its first label may be `*`. */
  readonly name: string;
  readonly service: string;
  /** The container's. Left out: the one that the service publishes. */
  readonly port?: number;
  /** Left out: `/`, all of them. */
  readonly path?: string;
  /** Left out: as it is, or `automatic`. */
  readonly tls?: DomainTls;
  /** Who may come in: passwords by name. Left out: as it is; null: everybody. */
  readonly users?: Readonly<Record<string, string>> | null;
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
  readonly rules: readonly DomainRule[];
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
