import type { KnownContainer } from './known-container.ts';

/** The number of id digits per bucket: with 20,000 containers, a bucket has about 80. */
const bucketDigits = 2;

/** Indexes the known containers by id, id prefix, and name. */
export class ContainerIndex {
  readonly #byPrefix = new Map<string, Map<string, KnownContainer[]>>();
  readonly #byName = new Map<string, KnownContainer[]>();

  /** By full id: usually one; a hostile engine may list a duplicate. */
  of(id: string): readonly KnownContainer[] {
    return this.#byPrefix.get(id.slice(0, bucketDigits))?.get(id) ?? [];
  }

  named(name: string): readonly KnownContainer[] {
    return this.#byName.get(name) ?? [];
  }

  startingWith(prefix: string): KnownContainer[] {
    const buckets =
      prefix.length >= bucketDigits
        ? [this.#byPrefix.get(prefix.slice(0, bucketDigits)) ?? new Map<string, KnownContainer[]>()]
        : [...this.#byPrefix].flatMap(([digits, bucket]) => (digits.startsWith(prefix) ? [bucket] : []));
    return buckets.flatMap((bucket) => [...bucket].flatMap(([id, found]) => (id.startsWith(prefix) ? found : [])));
  }

  add(container: KnownContainer): void {
    const { id, name } = container.summary;
    const digits = id.slice(0, bucketDigits);
    const bucket = this.#byPrefix.get(digits) ?? new Map<string, KnownContainer[]>();
    this.#byPrefix.set(digits, bucket);
    put(bucket, id, container);
    put(this.#byName, name, container);
  }

  remove(container: KnownContainer): void {
    const { id, name } = container.summary;
    take(this.#byName, name, container);
    const bucket = this.#byPrefix.get(id.slice(0, bucketDigits));
    if (bucket) take(bucket, id, container);
  }
}

function put(index: Map<string, KnownContainer[]>, key: string, container: KnownContainer): void {
  const found = index.get(key);
  if (found) found.push(container);
  else index.set(key, [container]);
}

function take(index: Map<string, KnownContainer[]>, key: string, container: KnownContainer): void {
  const found = index.get(key);
  const at = found?.indexOf(container) ?? -1;
  if (!found || at === -1) return;
  if (found.length === 1) index.delete(key);
  else found.splice(at, 1);
}
