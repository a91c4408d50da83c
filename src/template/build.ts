import type { Fields } from '../application/value.ts';

/** What calzion builds from the code of an app. It is refused by name: what is not done is never dropped. */
export function refuseBuild(fields: Fields): boolean {
  const git = fields.take('git');
  git?.fail(
    'is not done here: Satsuma builds no images: build it with docker, bring it to the engines with "satsuma push" or a registry, and name it in image',
  );
  return git !== undefined;
}
