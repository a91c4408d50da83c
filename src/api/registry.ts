export interface RegistryBody {
  /** Docker Hub is `docker.io`. */
  readonly server: string;
  readonly username: string;
  /** Never answered. */
  readonly password: string;
  /** The credentials are kept without asking the registry. */
  readonly force?: boolean;
}

export interface RegistryRow {
  readonly server: string;
  readonly username: string;
  /** RFC 3339. */
  readonly saved_at: string;
}
