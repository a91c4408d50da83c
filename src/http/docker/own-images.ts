import { canonicalImageName, imageNames } from '../../model/image-name.ts';
import type { Scope } from '../../model/scope.ts';
import type { Cluster } from '../../state/cluster.ts';
import { enginesWithin, isContainerWithin, isImageWithin } from '../../state/scopes.ts';

type Image = Readonly<Record<string, unknown>>;

const nameKeys = ['RepoTags', 'RepoDigests'];

/** The canonical names of the images of containers, services and jobs within the scope; ids where a container's has no name. */
export function imagesWithin({ cache }: Pick<Cluster, 'cache'>, scope: Scope): ReadonlySet<string> {
  const running = enginesWithin({ cache }, scope, undefined).flatMap(({ id }) => {
    const all = [...cache.containers.on(id).values()];
    return all.flatMap((each) => (isContainerWithin({ cache }, scope, each) ? [each.summary.imageName] : []));
  });
  const configs = [
    ...cache.services.all().map(({ value }) => value.spec.image),
    ...cache.jobs.all().map(({ value }) => value.spec.image),
  ];
  const named = configs.flatMap((image) => (isImageWithin(scope, image) ? [image.name] : []));
  return new Set([...running, ...named].flatMap(imageNames));
}

/** An image of a list, or inspected, with these names alone: others are names of others. */
export function withNames<T extends Image>(image: T, names: ReadonlySet<string>): T {
  const kept = nameKeys.flatMap((key) => {
    const all: unknown = image[key];
    return Array.isArray(all) ? [[key, all.filter((name) => names.has(canonicalImageName(String(name))))]] : [];
  });
  return { ...image, ...Object.fromEntries(kept) };
}

export function namesOf(image: Image): readonly unknown[] {
  return nameKeys.flatMap((key) => {
    const names: unknown = image[key];
    return Array.isArray(names) ? names : [];
  });
}
