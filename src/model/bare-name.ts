/** Without Docker's leading slash. */
export function bareName(name: string): string {
  return name.replace(/^\//, '');
}
