/** What the running containers of a project may hold together; null, or left out: as much as there is. */
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

/** The body of PATCH /apiv1/project/{name}: what it does not name stays as it is, and null takes a limit away. */
export interface ProjectChangesBody {
  readonly description?: string;
  readonly quota?: Partial<ProjectQuota>;
}

export interface Project {
  readonly name: string;
  readonly description: string | null;
  readonly quota: ProjectQuota;
  /** By its containers that run, on all engines. */
  readonly used: {
    readonly cpus: number;
    /** MB. */
    readonly memory: number;
    readonly containers: number;
    readonly gpus: number;
  };
  /** Null: it was always there. */
  readonly created_at: string | null;
  readonly updated_at: string | null;
}
