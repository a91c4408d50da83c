/** Joins the first `most` words and counts the rest: `a, b and 3 more`. */
export function firstFew(words: readonly string[], max: number, joint = ', '): string {
  const more = words.length > max ? ` and ${words.length - max} more` : '';
  return `${words.slice(0, max).join(joint)}${more}`;
}
