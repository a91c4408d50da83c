/** The body of POST /apiv1/secret; without the name, that of PUT /apiv1/secret/{name}. */
export type NewSecretBody = SecretValueBody & {
  readonly name: string;
  readonly project?: string;
  readonly labels?: Readonly<Record<string, string>>;
};

/** A text, or bytes in base64. Never answered. */
export type SecretValueBody = { readonly value: string } | { readonly value_base64: string };

/** Without its value. */
export interface Secret {
  readonly name: string;
  /** The latest. */
  readonly version: number;
  readonly project: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly created_at: string;
  readonly updated_at: string;
}

/** With its versions, the first one first, and what names it. */
export interface InspectedSecret extends Secret {
  readonly versions: readonly {
    readonly version: number;
    readonly created_at: string;
    readonly created_by: string;
  }[];
  /** Like `service web`. */
  readonly used_by: readonly string[];
}

/** The answer to PUT /apiv1/secret/{name}. */
export interface UpdatedSecret extends Secret {
  /** Services whose replicas are exchanged, since they have the latest version. */
  readonly services: readonly string[];
}
