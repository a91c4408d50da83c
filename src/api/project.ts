/** The total limits of a project's running containers; null or absent: unlimited. */
export interface ProjectQuota {
  readonly cpus: number | null;
  /** MB. */
  readonly memory: number | null;
  readonly containers: number | null;
  readonly gpus: number | null;
}

/** The body of POST /apiv1/project. */
export interface NewProjectBody {
  readonly name: string;
  readonly description?: string;
  readonly quota?: Partial<ProjectQuota>;
}

/** The body of PATCH /apiv1/project/{name}: absent fields stay unchanged, and null removes a limit. */
export interface ProjectChangesBody {
  readonly description?: string;
  readonly quota?: Partial<ProjectQuota>;
}

export interface Project {
  readonly name: string;
  readonly description: string | null;
  readonly quota: ProjectQuota;
  /** The usage of its running containers on all engines. */
  readonly used: {
    readonly cpus: number;
    /** MB. */
    readonly memory: number;
    readonly containers: number;
    readonly gpus: number;
  };
  /** Null: built-in. */
  readonly created_at: string | null;
  readonly updated_at: string | null;
}
