import type { Dict, Tree } from '../application/tree.ts';
import type { ImageConfig } from '../model/image-config.ts';
import { keyOf } from './stored.ts';

interface Part {
  readonly name: string;
  readonly image: ImageConfig;
}

/** In which order they go: what depends on others before those. Without the files all at once. */
export function removalOrder<P extends Part>(parts: readonly P[], model: Dict | undefined): P[][] {
  const dependsOn = new Map(parts.map((part) => [keyOf(part), new Set(dependenciesIn(model, keyOf(part)))]));
  const levels: P[][] = [];
  let left = [...parts];
  while (left.length > 0) {
    const needed = new Set(
      left.flatMap((part) => [...(dependsOn.get(keyOf(part)) ?? [])].filter((key) => key !== keyOf(part))),
    );
    const free = left.filter((part) => !needed.has(keyOf(part)));
    // A circle in the files has no order.
    const level = free.length > 0 ? free : left;
    levels.push(level);
    left = left.filter((part) => !level.includes(part));
  }
  return levels;
}

function dependenciesIn(model: Dict | undefined, key: string): string[] {
  const value = at(at(at(model, 'services'), key), 'depends_on');
  return value?.kind === 'dict' ? [...value.entries.keys()] : [];
}

function at(tree: Tree | undefined, key: string): Tree | undefined {
  return tree?.kind === 'dict' ? tree.entries.get(key) : undefined;
}
