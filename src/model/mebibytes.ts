/** An amount of bytes for a person: `1.5 MiB`. */
export function mebibytes(bytes: number): string {
  return `${Number((bytes / 2 ** 20).toFixed(1))} MiB`;
}
