export interface RegistryBody {
  /** Docker Hub is `docker.io`. */
  readonly server: string;
  readonly username: string;
  /** Never returned. */
  readonly password: string;
  /** Store the credentials without verifying them at the registry. */
  readonly force?: boolean;
}

export interface RegistryRow {
  readonly server: string;
  readonly username: string;
  /** RFC 3339. */
  readonly saved_at: string;
}
