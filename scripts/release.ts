import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { changelogProblem } from './changelog.ts';
import { installTarball } from './try-tarball.ts';

/** `npm run release -- VERSION`: looks whether the version can be released, tries its tarball, commits and tags. */
function release(version: string): void {
  if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) fail('say which version: npm run release -- 1.2.3');
  if (execFileSync('git', ['status', '--porcelain'], { encoding: 'utf8' }) !== '') {
    fail('the working tree is not clean: commit or remove what `git status` shows');
  }
  const problem = changelogProblem(readFileSync('CHANGELOG.md', 'utf8'), version);
  if (problem !== undefined) fail(problem);
  tryTarball();
  const message = ['--allow-same-version', '--message', 'release %s'];
  execFileSync('npm', ['version', version, ...message], { stdio: 'inherit' });
  process.stdout.write(`Tagged v${version}. Nothing is pushed or published: git push --follow-tags && npm publish\n`);
}

function tryTarball(): void {
  const { dir, satsuma } = installTarball();
  try {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
    const printed = execFileSync(satsuma, ['--version'], { encoding: 'utf8' }).trim();
    if (printed !== version) fail(`the installed satsuma says version ${printed}, and package.json ${version}`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function fail(sentence: string): never {
  process.stderr.write(`release: ${sentence}\n`);
  process.exit(1);
}

release(process.argv[2] ?? '');
