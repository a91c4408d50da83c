/** Joins the first `most` words and counts the rest: `a, b and 3 more`. */
export function firstFew(words: readonly string[], most: number, joint = ', '): string {
  const more = words.length > most ? ` and ${words.length - most} more` : '';
  return `${words.slice(0, most).join(joint)}${more}`;
}
