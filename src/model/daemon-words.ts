/** A daemon's words in one line, without what they may quote of an environment or of a registry's credentials. */
export function presentable(message: string): string {
  return message
    .slice(0, 4096)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/(invalid environment variable)\b.*/i, '$1')
    .replace(/\/\/[^\s/@]+@/g, '//')
    .slice(0, 500)
    .trim();
}
