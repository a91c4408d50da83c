const binary = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;
const decimal = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Docker's format for memory: `12.5MiB`. */
export function binarySize(bytes: number): string {
  return sizeText(bytes, 1024, binary);
}

/** Docker's format for traffic and images: `1.2kB`. */
export function decimalSize(bytes: number): string {
  return sizeText(bytes, 1000, decimal);
}

/** Three significant digits. */
function sizeText(bytes: number, step: number, units: readonly string[]): string {
  const fits = units.findIndex((_, index) => bytes < step ** (index + 1));
  const unit = fits === -1 ? units.length - 1 : fits;
  const value = bytes / step ** unit;
  return `${Number(value >= 1000 ? value.toFixed(0) : value.toPrecision(3))}${units[unit]}`;
}
