import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const separator = ' › ';

/** The title of a test in a group: it begins with the name of its file, so that titles of two files never collide. */
export function groupTitle(fileName: string, title: string): string {
  return `${fileName}${separator}${title}`;
}

/** The name of the file and the title in it. */
export function splitGroupTitle(groupedTitle: string): { readonly fileName: string; readonly title: string } {
  const [fileName = '', ...rest] = groupedTitle.split(separator);
  return { fileName, title: rest.join(separator) };
}

/** `test/http/catalog.test.js` has the name `http/catalog`. */
export function fileNameOf(file: string): string {
  return file.replace(/^(?:.*\/)?test\/(.*)\.test\.[jt]s$/, '$1');
}

/** AVA gives files as paths or as URLs. */
export function pathOf(testFile: string): string {
  return testFile.startsWith('file:') ? fileURLToPath(testFile) : testFile;
}

export function isGroup(testFile: string): boolean {
  return /^group-\d+\.test\.js$/.test(basename(testFile));
}
