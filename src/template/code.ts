import type { Fields } from '../application/value.ts';
import { buildName } from '../model/build.ts';

const digestPattern = /^[0-9a-f]{64}$/;

/**
 * `git` of a service: the folder of a repository as it is written in a file, or `{path, build}`, with the digest of what was
 * read there. `builder` and `runner` are the images for code without a Dockerfile. Undefined: no code.
 */
export function codeOf(
  fields: Fields,
  { deployment, service }: { readonly deployment: string; readonly service: string },
): { readonly image: string | undefined } | undefined {
  const git = fields.take('git');
  for (const key of ['builder', 'runner']) {
    const value = fields.take(key);
    if (value?.text() !== undefined && !git) value?.fail('is for code: say git as well');
  }
  if (!git) return undefined;
  if (git.isText) return { image: undefined };
  const parts = git.fields();
  parts?.take('path');
  const build = parts?.take('build');
  parts?.finish();
  const digest = build?.text();
  if (digest === undefined) return { image: git.fail('must be a path, like "."') };
  if (!digestPattern.test(digest)) return { image: build?.fail('must be a SHA-256 in hexadecimal') };
  return { image: buildName(deployment, service, digest) };
}
