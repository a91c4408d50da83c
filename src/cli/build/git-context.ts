import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { SatsumaError } from '../../model/errors.ts';

const run = promisify(execFile);

interface GitTree {
  /** The commit that is built. */
  readonly commit: string;
  /** There are changes that are in no commit. */
  readonly isDirty: boolean;
  readonly open: () => AsyncIterable<Buffer>;
}

/** What is committed in a folder of a git repository. Throws `invalid` where there is none, no commit, or no git. */
export async function gitTree(folder: string): Promise<GitTree> {
  const commit = (await git(folder, ['rev-parse', '--verify', 'HEAD^{commit}'])).trim();
  const changes = await git(folder, ['status', '--porcelain', '--untracked-files=no', '--', '.']);
  return { commit, isDirty: changes.trim() !== '', open: () => archive(folder, commit) };
}

async function git(folder: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run('git', ['-C', folder, ...args], { maxBuffer: 16 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    throw noTree(folder, error);
  }
}

async function* archive(folder: string, commit: string): AsyncGenerator<Buffer> {
  const child = spawn('git', ['-C', folder, 'archive', '--format=tar', commit], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  ended.catch(() => undefined);
  let words = '';
  child.stderr.on('data', (bytes: Buffer) => {
    words = (words + bytes.toString()).slice(0, 1_000);
  });
  try {
    yield* child.stdout as AsyncIterable<Buffer>;
    if ((await ended) !== 0) throw new Error(words.trim() || 'git archive failed');
  } catch (error) {
    throw noTree(folder, error);
  } finally {
    child.kill();
  }
}

function noTree(folder: string, error: unknown): SatsumaError {
  const { code, message, stderr = '' } = error as { code?: unknown; message: string; stderr?: string };
  const why = code === 'ENOENT' ? 'there is no git on this machine' : (stderr.trim() || message).split('\n')[0];
  return new SatsumaError('invalid', `${folder} is no git repository with a commit: ${why}`, { cause: error });
}
