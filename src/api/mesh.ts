/** The body of PUT /apiv1/mesh. */
export interface MeshBody {
  /** 1, 3 or 5. Default: unchanged; 1 for a new mesh. */
  readonly managers?: number;
  /** Only engines with this label become managers; '': any engine. Default: unchanged. */
  readonly manager_label?: string;
}

/** The state of an engine in the mesh. */
export interface MeshMember {
  readonly engine: string;
  readonly role: 'manager' | 'worker' | null;
  /** Whether it has the label that managers need. */
  readonly may_manage: boolean;
  readonly state: 'ready' | 'joining' | 'leaving' | 'unreachable' | 'blocked' | 'outside';
  /** Why it is not ready, with a remedy. */
  readonly problem?: string;
}

export interface Mesh {
  /** The requested number of managers. */
  readonly managers: number;
  /** The label that managers need. Absent: none. */
  readonly manager_label?: string;
  /** The mesh is being removed. */
  readonly ending: boolean;
  /** RFC 3339. */
  readonly created_at: string;
  readonly members: readonly MeshMember[];
  /** Why changes are currently impossible. */
  readonly problem?: string;
}
