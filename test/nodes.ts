import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import type { Check } from './runner/run-check.ts';
import { runChecks, types } from './runner/run-checks.ts';
import { serverTests, unitTests } from './runner/unit-tests.ts';

/** `npm run test:nodes`: a start, a run on a real engine and the unit tests, on other versions of Node. */
const majors = [22, 24, 26];

await runChecks([types, ...majors.flatMap(checksOn)]);

function checksOn(major: number): Check[] {
  const bin = binOf(major);
  if (bin === undefined) {
    process.stdout.write(
      `skipped: Node ${major}, of which the registry has no package for ${process.platform}-${process.arch}\n`,
    );
    return [];
  }
  const env = { PATH: [bin, process.env.PATH].join(delimiter) };
  const version = execFileSync(join(bin, 'node'), ['--version'], { encoding: 'utf8' }).trim();
  const inLab = ['.test/test/integration/clementine.test.js'];
  return [
    {
      name: `start and run on Node ${version}`,
      command: ['ava', '--config', 'ava.integration.config.js', ...inLab],
      env,
    },
    ...[unitTests, serverTests].map((each) => ({ ...each, name: `${each.name} on Node ${version}`, env })),
  ];
}

/** The folder that has `node`: a package of npm, kept under `.lab/`; undefined where the registry has none. */
function binOf(major: number): string | undefined {
  const name = `node-${process.platform}-${process.arch}`;
  const home = resolve('.lab/nodes', String(major));
  const bin = join(home, 'node_modules', name, 'bin');
  if (existsSync(join(bin, 'node'))) return bin;
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{}');
  try {
    execFileSync('npm', ['install', '--no-audit', '--no-fund', `${name}@${major}`], {
      cwd: home,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  } catch (error) {
    const { stderr } = error as { readonly stderr?: string };
    if (/\b(E404|ETARGET)\b/.test(stderr ?? '')) return undefined;
    throw error;
  }
  return bin;
}
