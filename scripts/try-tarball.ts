import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a user gets: the tarball of this repository, installed into a folder that had nothing. */
export interface Installed {
  /** All of it; whoever asked removes it. */
  readonly dir: string;
  /** The command. */
  readonly satsuma: string;
}

/** Packs, which builds, and installs. Throws where npm does. */
export function installTarball(): Installed {
  const dir = mkdtempSync(join(tmpdir(), 'satsuma-tarball-'));
  const npm = (args: readonly string[], cwd: string) =>
    execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  npm(['pack', '--silent', '--pack-destination', dir], process.cwd());
  const { version } = JSON.parse(npm(['pkg', 'get', 'name', 'version'], process.cwd())) as { readonly version: string };
  const home = join(dir, 'empty');
  mkdirSync(home);
  writeFileSync(join(home, 'package.json'), '{}');
  npm(
    ['install', '--silent', '--prefer-offline', '--no-audit', '--no-fund', join(dir, `satsuma-${version}.tgz`)],
    home,
  );
  return { dir, satsuma: join(home, 'node_modules/.bin/satsuma') };
}
