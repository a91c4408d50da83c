/** Strips Docker's leading slash from a container name. */
export function bareName(name: string): string {
  return name.replace(/^\//, '');
}
