export const nameScopes = ['cluster', 'engine'] as const;

/** The scope in which container names are unique. */
export type NameScope = (typeof nameScopes)[number];
