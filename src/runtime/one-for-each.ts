/** Makes a thing for each key that is asked for, once, and keeps it as long as there is the key. */
export function oneForEach<K extends object, V>(make: () => V): (key: K) => V {
  const made = new WeakMap<K, V>();
  return (key) => {
    const known = made.get(key) ?? make();
    made.set(key, known);
    return known;
  };
}
