/** The body of POST /apiv1/secret; without the name, the body of PUT /apiv1/secret/{name}. */
export type NewSecretBody = SecretValueBody & {
  readonly name: string;
  readonly project?: string;
  readonly labels?: Readonly<Record<string, string>>;
};

/** Text, or bytes in base64. Never returned. */
export type SecretValueBody = { readonly value: string } | { readonly value_base64: string };

/** A secret without its value. */
export interface Secret {
  readonly name: string;
  /** The latest version. */
  readonly version: number;
  readonly project: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly created_at: string;
  readonly updated_at: string;
}

/** A secret with its versions, oldest first, and its users. */
export interface InspectedSecret extends Secret {
  readonly versions: readonly {
    readonly version: number;
    readonly created_at: string;
    readonly created_by: string;
  }[];
  /** For example `service web`. */
  readonly used_by: readonly string[];
}

/** The answer to PUT /apiv1/secret/{name}. */
export interface UpdatedSecret extends Secret {
  /** Services whose replicas are replaced, because they use the latest version. */
  readonly services: readonly string[];
}
