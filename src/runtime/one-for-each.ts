/** Creates one value per key on demand, and keeps it for the lifetime of the key. */
export function oneForEach<K extends object, V>(make: () => V): (key: K) => V {
  const made = new WeakMap<K, V>();
  return (key) => {
    const known = made.get(key) ?? make();
    made.set(key, known);
    return known;
  };
}
