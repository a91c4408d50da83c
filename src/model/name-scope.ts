export const nameScopes = ['cluster', 'engine'] as const;

/** Where the name of a container is unique: no two containers of it have the same. */
export type NameScope = (typeof nameScopes)[number];
