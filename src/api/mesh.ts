/** The body of PUT /apiv1/mesh. */
export interface MeshBody {
  /** 1, 3 or 5. Left out: as many as it has, or 1. */
  readonly managers?: number;
}

/** How an engine is in the mesh. */
export interface MeshMember {
  readonly engine: string;
  readonly role: 'manager' | 'worker' | null;
  readonly state: 'ready' | 'joining' | 'leaving' | 'unreachable' | 'blocked' | 'outside';
  /** Why it is not ready, in a sentence that says what to do. */
  readonly problem?: string;
}

export interface Mesh {
  /** How many engines are to manage it. */
  readonly managers: number;
  /** Engines leave it. */
  readonly ending: boolean;
  /** RFC 3339. */
  readonly created_at: string;
  readonly members: readonly MeshMember[];
  /** Why nothing can be changed now. */
  readonly problem?: string;
}
