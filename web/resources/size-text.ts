const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** In units of 1000, as Docker writes sizes. */
export function sizeText(bytes: number): string {
  let at = 0;
  let size = bytes;
  for (; size >= 1000 && at < units.length - 1; at += 1) size /= 1000;
  return `${size >= 10 || at === 0 ? Math.round(size) : size.toFixed(1)} ${units[at]}`;
}
