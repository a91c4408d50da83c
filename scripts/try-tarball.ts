import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a user gets: the tarball of this repository, installed into a folder that had nothing. */
interface Installed {
  /** All of it; whoever asked removes it. */
  readonly dir: string;
  /** The command. */
  readonly satsuma: string;
}

/** Packs and installs. `isBuilt`: what dist/ has is packed as it is, for others may be running it. Throws where npm does. */
export function installTarball({ isBuilt = false } = {}): Installed {
  const dir = mkdtempSync(join(tmpdir(), 'satsuma-tarball-'));
  const npm = (args: readonly string[], cwd: string) =>
    execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  npm(['pack', '--silent', `--ignore-scripts=${isBuilt}`, '--pack-destination', dir], process.cwd());
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
