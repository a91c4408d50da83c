/** How an image is built, as Docker's own API has it. */
export interface BuildOptions {
  /** What the image is called; the first one is its own. */
  readonly names: readonly string[];
  /** The path of the Dockerfile in the context; left out: `Dockerfile`. */
  readonly dockerfile?: string | undefined;
  /** The stage that it is built up to. */
  readonly target?: string | undefined;
  readonly args?: Readonly<Record<string, string>> | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly isUncached?: boolean | undefined;
  /** Base images are asked for at their registry, those that are there as well. */
  readonly isPulled?: boolean | undefined;
  readonly platform?: string | undefined;
  /** Of what its steps run: `none` is without. No step is given the host's. */
  readonly network?: 'default' | 'none' | undefined;
  readonly shmBytes?: number | undefined;
  readonly cacheFrom?: readonly string[] | undefined;
  readonly extraHosts?: readonly string[] | undefined;
}

/** What an engine tells of a build, as it comes. */
export type BuildStep = { readonly log: string } | { readonly imageId: string };

/**
 * The registry of what is built here and pushed nowhere: by RFC 2606 no name of DNS ends so, and nobody can have another image under
 * such a name. Engines are given these by other engines alone.
 */
export const buildRegistry = 'builds.satsuma.invalid';

/** Stands for what is not known before the files of a build are read. */
export const unknownDigest = '0'.repeat(64);

/** `digest`: of what went into the build, in hexadecimal. */
export function buildName(application: string, service: string, digest: string): string {
  return `${buildRegistry}/${application.toLowerCase()}/${service.toLowerCase()}:${digest.slice(0, 32)}`;
}

/** The images that build and run code without a Dockerfile, unless a service names others: those of calzion. */
export const defaultBuilder = { builder: 'flynn/slugbuilder', runner: 'flynn/slugrunner' } as const;

/** A built image is on this many engines besides the one that built it. */
export const buildCopies = 2;

/**
 * The digest of a build begins with this text, and goes on with the archive: the command line and the server come to the same name for the
 * same code.
 */
export function digestPrefix(options: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function isBuildName(name: string): boolean {
  return name.startsWith(`${buildRegistry}/`);
}
