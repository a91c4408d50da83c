/** The candidate nearest to `word`, if it differs by at most `maxEdits` letters. */
export function didYouMean(
  word: string,
  candidates: readonly string[],
  maxEdits = Math.min(3, Math.ceil(word.length / 3)),
): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [nearest] = ranked;
  if (nearest && nearest.distance <= maxEdits) return nearest.candidate;
  return word.length >= 4 ? candidates.find((candidate) => candidate.startsWith(word)) : undefined;
}

/** The end of an error message about an unknown `word`; empty if no candidate is near. */
export function didYouMeanHint(...args: Parameters<typeof didYouMean>): string {
  const near = didYouMean(...args);
  return near === undefined ? '' : `: did you mean ${near}?`;
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...b].entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
