import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Fence, readPage } from '../docs/markdown.ts';

export interface PageRun {
  /** A folder of its own, in which the commands are typed. */
  readonly dir: string;
  /** The server that SATSUMA_HOST names. */
  readonly address: string;
  /** What stands in the page, and what is typed for it. */
  readonly replacements: Readonly<Record<string, string>>;
}

interface BlockOutcome {
  readonly place: string;
  readonly code: number;
  readonly output: string;
}

/** Types the shell blocks of a page in order, one shell for each, but for those that need what no test has. */
export async function runPage(path: string, run: PageRun): Promise<BlockOutcome[]> {
  await prepare(run);
  const outcomes: BlockOutcome[] = [];
  for (const block of readPage(path).fences) {
    if (isTyped(block)) outcomes.push(await type(block, run));
  }
  return outcomes;
}

/** Not what needs what no test has. */
export function isTyped({ language, marks }: Fence): boolean {
  return language === 'sh' && !marks.some((mark) => mark.startsWith('needs='));
}

/** Types lines as a block of a page. */
export async function typeLines(text: string, run: PageRun): Promise<BlockOutcome> {
  await prepare(run);
  return await type({ text, place: text, marks: [], language: 'sh' }, run);
}

/** `satsuma` on the PATH, as `npm link` puts it there. */
async function prepare({ dir }: PageRun): Promise<void> {
  const bin = join(dir, 'bin');
  await mkdir(bin, { recursive: true });
  const program = join(bin, 'satsuma');
  // Whole at once: another line may be running it.
  const made = `${program}.${randomUUID()}`;
  await writeFile(made, `#!/bin/sh\nexec ${process.execPath} ${resolve('dist/src/main.js')} "$@"\n`);
  await chmod(made, 0o755);
  await rename(made, program);
}

function type({ text, place }: Fence, { dir, address, replacements }: PageRun): Promise<BlockOutcome> {
  const typed = Object.entries(replacements).reduce((lines, [from, to]) => lines.replaceAll(from, to), text);
  const env = { PATH: `${join(dir, 'bin')}:${process.env.PATH}`, SATSUMA_HOST: address, HOME: dir };
  return new Promise((done) => {
    const options = { cwd: dir, env, timeout: 240_000 };
    execFile('bash', ['-e', '-x', '-o', 'pipefail', '-c', typed], options, (error, out, err) => {
      done({ place, code: error ? Number(error.code ?? -1) : 0, output: `${out}\n${err}` });
    });
  });
}
