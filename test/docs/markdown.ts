import { readdirSync, readFileSync } from 'node:fs';

export interface Fence {
  readonly language: string;
  /** The words behind the language: `needs=redis`, `config`. */
  readonly marks: readonly string[];
  readonly text: string;
  /** For messages: `docs/jobs.md:12`. */
  readonly place: string;
}

export interface Page {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly fences: readonly Fence[];
  /** The text without what stands in fences. */
  readonly prose: string;
}

/** Every page that a reader of the repository may come to. */
export const pages: readonly Page[] = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  ...under('docs'),
  ...under('.github'),
].map(readPage);

function under(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.md')).map((name) => `${folder}/${name}`);
}

export function readPage(path: string): Page {
  const text = readFileSync(path, 'utf8');
  const fences: Fence[] = [];
  const prose: string[] = [];
  let open:
    | { readonly indent: string; readonly info: string; readonly line: number; readonly lines: string[] }
    | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const [, indent = '', info = ''] = /^(\s*)```(.*)$/.exec(line) ?? [];
    const isFence = /^\s*```/.test(line);
    if (open && isFence) {
      const [language = '', ...marks] = open.info.split(/\s+/);
      fences.push({ language, marks, text: open.lines.join('\n'), place: `${path}:${open.line}` });
      open = undefined;
    } else if (isFence) open = { indent, info: info.trim(), line: index + 1, lines: [] };
    else if (open) open.lines.push(line.slice(open.indent.length));
    else prose.push(line);
  }
  if (open) throw new Error(`${path}:${open.line}: this block has no end`);
  return { path, text, fences, prose: prose.join('\n') };
}

/** What stands between backticks in a line. */
export function codeIn(prose: string): string[] {
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}

/** The anchors of a page, as GitHub makes them of its headings. */
export function anchorsOf({ prose }: Page): Set<string> {
  const anchors = new Set<string>();
  for (const [, title = ''] of prose.matchAll(/^#{1,6} (.+)$/gm)) {
    const words = title.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = words
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-');
    for (let name = anchor, again = 1; ; name = `${anchor}-${again++}`) {
      if (anchors.has(name)) continue;
      anchors.add(name);
      break;
    }
  }
  return anchors;
}

/** Where the links of a page lead to, as they are written. */
export function linksOf({ prose }: Page): string[] {
  const text = prose.replaceAll(/`[^`\n]*`/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}
