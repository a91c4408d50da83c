/** The circles among parts, by what comes next of each: each once, with its first part at its end again. */
export function circlesIn<T>(parts: readonly T[], nextOf: (part: T) => readonly T[]): T[][] {
  const circles: T[][] = [];
  const done = new Set<T>();
  const visit = (part: T, path: readonly T[]): void => {
    const at = path.indexOf(part);
    if (at >= 0) {
      circles.push([...path.slice(at), part]);
      return;
    }
    if (done.has(part)) return;
    for (const next of nextOf(part)) visit(next, [...path, part]);
    done.add(part);
  };
  for (const part of parts) visit(part, []);
  return circles;
}
