import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { completionScripts } from '../../src/cli/completion-scripts.ts';
import { temporaryFolder } from '../temporary-folder.ts';

type Shell = keyof typeof completionScripts;

/** A `satsuma` that notes what it is asked, and answers with these candidates; and the script of that shell. */
export function shellOf(t: ExecutionContext, shell: Shell, candidates: readonly string[]) {
  const folder = temporaryFolder(t);
  const [asked, script] = [join(folder, 'asked'), join(folder, '_satsuma')];
  const program = join(folder, 'satsuma');
  const answer = candidates.map((each) => `echo '${each}'`).join('\n');
  writeFileSync(program, `#!/bin/sh\nprintf '%s|' "$@" > '${asked}'\n${answer}\n`);
  chmodSync(program, 0o755);
  writeFileSync(script, completionScripts[shell]);
  const env = { ...process.env, HOME: folder, PATH: [folder, process.env.PATH].join(delimiter) };
  return { folder, script, env, asked: () => (existsSync(asked) ? readFileSync(asked, 'utf8') : '') };
}
